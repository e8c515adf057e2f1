/** What the workflow `lanes` is started with. */
export interface LanesInput {
  readonly limit: number;
  readonly executions: number;
  readonly type: 'work' | 'steps' | 'nothing';
  readonly ms: number;
  /** Of the first children, instead of `ms`. */
  readonly firstMs: readonly number[];
  /** A child's workflow id is this and its number from 0. */
  readonly idPrefix: string;
}
