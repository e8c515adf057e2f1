import type { TerminalStatus } from '../../domain/status.ts';
import type { Database } from '../connection/database.ts';
import { inPipelinedTransaction, type Statement } from '../connection/pipelined-transaction.ts';
import { appendingEvents } from '../events/append-events.ts';
import { CANCELLATION } from '../executions/cancel-execution.ts';
import { movedColumns } from '../executions/execution-row.ts';
import type { RequestedEnd } from '../executions/request-end.ts';
import { TERMINATION } from '../executions/terminate-execution.ts';
import { withPartitions } from '../partitions/with-partitions.ts';
import { executions } from '../schema.ts';
import {
  IS_LOCKED,
  LOCKED_WORKSPACE,
  lockingWorkspace,
  rememberingPlace,
} from '../workspaces/lock-workspace.ts';
import { RESERVED_THROUGH } from '../workspaces/reserved-rows.ts';
import { type Chunk } from './find-chunk.ts';
import { type BulkPart, LEASE_SECONDS } from './take-part.ts';
import { movingWaiting } from '../executions/moving-waiting.ts';

/** An execution that had no slot and has ended. */
export interface EndedInBulk {
  readonly executionId: string;
  readonly seq: number | null;
  readonly status: TerminalStatus;
}

export interface EndedChunk {
  readonly ended: readonly EndedInBulk[];
  /** How many are asked to end: they run, or their gate has them reserved. */
  readonly asked: number;
  /** Null when the workspace is gone, or when another process has carried the part on meanwhile: then it counts nothing. */
  readonly counted: { readonly done: number; readonly skipped: number } | null;
}

/**
 * Cancels or terminates the executions of a chunk as single requests do, in one transaction under the workspace's lock, and moves the part's cursor behind
 * them in the same one: each is counted once, whatever dies. What has ended meanwhile, has another status than the filter's, or was asked before, is
 * skipped. A pending execution that its gate may have started is asked as a running one is, and the reservation is recalled.
 */
export async function endChunk(database: Database, part: BulkPart, chunk: Chunk): Promise<EndedChunk> {
  const end = part.act === 'terminate' ? TERMINATION : CANCELLATION;
  const [, waiting, running, moved] = await withPartitions(database, () =>
    inPipelinedTransaction(database, [
      lockingWorkspace(part.workspaceId),
      endingWaiting(part, chunk, end),
      askingRunning(part, chunk, end),
      movingOn(part, chunk),
    ]),
  );
  const ended = (waiting as unknown as { executionId: string | null }[]).filter(
    ({ executionId }) => executionId !== null,
  ) as EndedInBulk[];
  const asked = (running as unknown as { asked: number }[])[0]?.asked ?? 0;
  const done = ended.length + asked;
  return { ended, asked, counted: moved!.length === 0 ? null : { done, skipped: chunk.ids.length - done } };
}

/** How many the two statements have done, for the one that counts: settings that end with the transaction. */
const ENDED = 'sluice.bulk_ended';
const ASKED = 'sluice.bulk_asked';
const remembering = (name: string, count: string) => `set_config('${name}', (${count})::text, true)`;
const remembered = (name: string) => `coalesce(nullif(current_setting('${name}', true), ''), '0')::integer`;

/** The rows of a chunk that the filter still means: $2 are the ids, $3 is its status. */
const STILL_MEANT = `e.id = any ($2::uuid[]) and e.workspace_id = $1 and ($3::text is null or e.status::text = $3) and ${IS_LOCKED}`;

function endingWaiting(
  { act, workspaceId, filter, by }: BulkPart,
  { ids }: Chunk,
  end: RequestedEnd,
): Statement {
  const [at, who] = [executions[end.requestedAt].name, executions[end.requestedBy].name];
  const asWasAsked = movedColumns('gone', {
    [at]: `coalesce(gone.${at}, clock_timestamp())`,
    [who]: `case when gone.${at} is null then $4::text else gone.${who} end`,
  });
  const failure = (field: 'type' | 'message') => {
    const text = (was: 'scheduled' | 'pending') => {
      const of = end.failure?.(was)[field];
      return of === undefined ? 'null::text' : `'${of}'`;
    };
    return `case when gone.seq is null then ${text('scheduled')} else ${text('pending')} end`;
  };
  return {
    name: `bulk-${act}-waiting`,
    text: `
      with before as materialized (
        select ctid, id, tier, last_event, ${RESERVED_THROUGH} as reserved_through from workspaces where ${LOCKED_WORKSPACE}),
      gone as (
        delete from executions e where ${STILL_MEANT} and e.status::text in ('pending', 'scheduled')
          and coalesce(e.seq > (select reserved_through from before), true)
        returning *),
      ${movingWaiting({
        columns: asWasAsked,
        status: `'${end.status}'`,
        failureType: failure('type'),
        failureMessage: failure('message'),
      })}
      select moved.id as "executionId", moved.seq::float8 as seq, moved.status
      from (select ${remembering(ENDED, 'select count(*) from gone')} as told) as told left join moved on true`,
    values: [workspaceId, ids, filter.status, by],
  };
}

function askingRunning(
  { act, workspaceId, filter, by }: BulkPart,
  { ids }: Chunk,
  end: RequestedEnd,
): Statement {
  const [at, who] = [executions[end.requestedAt].name, executions[end.requestedBy].name];
  const kind = end.status === 'cancelled' ? 'cancel_requested' : 'terminate_requested';
  return {
    name: `bulk-${act}-running`,
    text: `
      with before as materialized (
        select ctid, id, last_event, ${RESERVED_THROUGH} as reserved_through from workspaces where ${LOCKED_WORKSPACE}),
      asked as (
        update executions e set ${at} = clock_timestamp(), ${who} = $4::text
        where ${STILL_MEANT} and e.${at} is null
          and (e.status::text = 'running' or e.status::text = 'pending' and e.seq <= (select reserved_through from before))
        returning e.id, e.seq, e.status, e.${at} as at),
      told as (
        ${appendingEvents({ of: 'asked', to: 'before', kind, status: 'status', at: 'at' })}),
      counted as (
        update workspaces w set last_event = w.last_event + of.rows, recall_wanted = w.recall_wanted or of.reserved
        from (select count(*)::integer as rows, coalesce(bool_or(status::text = 'pending'), false) as reserved from asked) as of
        where w.ctid = (select ctid from before) and of.rows > 0
        returning ${rememberingPlace('w.ctid')})
      select of.rows as asked, ${remembering(ASKED, 'of.rows')} as told from (select count(*)::integer as rows from asked) as of`,
    values: [workspaceId, ids, filter.status, by],
  };
}

/** Only from where the chunk began: a process that has lost its lease counts nothing. */
function movingOn({ actId, workspaceId, afterId }: BulkPart, chunk: Chunk): Statement {
  return {
    name: 'bulk-moving-on',
    text: `
      update bulk_act_parts p set after_id = $4, done = p.done + of.done, skipped = p.skipped + $5::integer - of.done,
        due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}), ended_at = case when $6::boolean then clock_timestamp() end
      from (select ${remembered(ENDED)} + ${remembered(ASKED)} as done) as of
      where act_id = $1 and workspace_id = $2 and after_id = $3 and ended_at is null and ${IS_LOCKED}
      returning act_id`,
    values: [actId, workspaceId, afterId, chunk.afterId, chunk.ids.length, chunk.isLast],
  };
}
