/** What the workflow `lanes` is started with. */
export interface LanesInput {
  readonly limit: number;
  readonly executions: number;
  readonly type: 'work' | 'nothing';
  readonly ms: number;
  /** A child's workflow id is this and its number from 0. */
  readonly idPrefix: string;
}
