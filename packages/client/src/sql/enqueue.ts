import type { EnqueuedExecution } from '../executions/enqueued.ts';
import type { RequestMembers } from '../executions/start.ts';
import { type AnyWorkflow, type InputMember, typeNameOf, type Workflow } from '../executions/workflow.ts';
import { bound } from './statement.ts';
import { ask, type Transaction } from './transaction.ts';

/** Where to run a workflow, with what, and how: as for `sluice.start`, which also makes a key of its own, while here there is none unless given. */
export type EnqueueOptions<W extends Workflow> = {
  /** The workspace's id. */
  readonly workspace: string;
} & RequestMembers &
  InputMember<W>;

/**
 * Enqueues an execution inside the caller's transaction: it exists if and only if that commits. Sends one statement, once, and locks nothing that others
 * wait for. A key that stands for an execution already, with the same content, gives that execution.
 *
 * An error has ended the transaction, as every error of a statement does in Postgres: roll back, or to a savepoint. Errors that are not Sluice's come as
 * the library throws them.
 *
 * @throws ForbiddenError, QueueFullError, InvalidRequestError, MalformedJsonError, PayloadTooLargeError, WorkspaceDeletingError, NotInTransactionError,
 *   NoSluiceInDatabaseError
 */
export function enqueue<W extends Workflow = AnyWorkflow>(
  tx: Transaction,
  workflowType: string,
  options: EnqueueOptions<W>,
): Promise<EnqueuedExecution<W>>;
export function enqueue<W extends Workflow>(
  tx: Transaction,
  workflow: W,
  options: EnqueueOptions<W>,
): Promise<EnqueuedExecution<W>>;
export async function enqueue<W extends Workflow>(
  tx: Transaction,
  workflow: W | string,
  options: EnqueueOptions<W>,
): Promise<EnqueuedExecution<W>> {
  const { workspace, input, idempotencyKey, reference, labels } = options;
  const { startAfter, startBefore, executionTimeout, retryPolicy } = options;
  const rows = await ask(
    tx,
    'enqueue',
    bound`select sluice.enqueue(${workspace}::text, ${typeNameOf(workflow)}::text, ${jsonOf(input)}::text,
      idempotency_key => ${idempotencyKey ?? null}::text, reference => ${reference ?? null}::text, labels => ${jsonOf(labels)}::text::jsonb,
      start_after => ${timeOf('startAfter', startAfter)}::text::timestamptz,
      start_before => ${timeOf('startBefore', startBefore)}::text::timestamptz,
      execution_timeout => ${secondsOf(executionTimeout)}::text::integer,
      retry_policy => ${jsonOf(retryPolicy)}::text::jsonb)::text as id`,
  );
  return { workspaceId: workspace, id: rows[0]!['id'] as string };
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** Postgres takes more for a time than the API does: "tomorrow", or one without an offset, which is then in the session's zone. */
const RFC_3339 = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

function timeOf(name: string, time: Date | string | undefined): string | null {
  if (time === undefined) return null;
  if (typeof time !== 'string') return time.toISOString();
  if (RFC_3339.test(time)) return time;
  throw new TypeError(
    `${name} is ${time}: give a Date, or a text by RFC 3339, such as 2026-12-24T18:00:00Z.`,
  );
}

function secondsOf(seconds: number | undefined): string | null {
  if (seconds === undefined) return null;
  if (Number.isInteger(seconds)) return String(seconds);
  throw new TypeError(`executionTimeout is ${seconds}: give whole seconds.`);
}
