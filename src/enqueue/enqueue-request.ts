import type { RequestAttributes } from './request-attributes.ts';

export type IfBusy = 'queue' | 'reject';

export interface EnqueueRequest {
  readonly workspaceId: string;
  readonly workflowType: string;
  /** JSON text exactly as sent; null when none was sent. */
  readonly input: string | null;
  readonly idempotencyKey: string | null;
  /** Who asks, as rows keep it; null for anybody. */
  readonly createdBy: string | null;
  readonly attributes: RequestAttributes | null;
  /** Whether it waits in the queue, or is refused, where it could not have a slot at once. */
  readonly ifBusy: IfBusy;
}

/** As Postgres counts them too: an input has no lone surrogates. */
export function inputBytes({ input }: EnqueueRequest): number {
  return input === null ? 0 : Buffer.byteLength(input);
}
