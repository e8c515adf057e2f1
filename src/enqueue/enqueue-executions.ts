import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { WorkspaceNotFoundError } from '../domain/refusals.ts';
import type { Database } from '../db/connection/database.ts';
import { onConnection } from '../db/connection/on-connection.ts';
import { findExecution, type FoundExecution } from '../db/executions/find-execution.ts';
import {
  type AdmissionRules,
  type Asked,
  type EnqueueRequest,
  type Place,
  type Standing,
  inputBytes,
  lineUp,
} from './place-requests.ts';
import { type LockedWorkspace, lockingWorkspaces } from '../db/workspaces/lock-workspace.ts';
import { pendingExecution } from './pending-execution.ts';
import type { Statement } from '../db/connection/pipelined-transaction.ts';
import { isDatabaseUnavailable, isDataRefused } from '../db/connection/unavailable.ts';

export interface Enqueued extends FoundExecution {
  /** True when the key already stood for this execution, and nothing was written. */
  readonly repeated: boolean;
  /**
   * True when those that run and those ahead in the queue fill every slot: it is admitted once one of them ends, and that end wakes the
   * gate. Read under the workspace's lock, in the transaction that put it into the queue.
   */
  readonly waitsForAnEnd: boolean;
}

/** What became of a request; `held` when nothing did, because somebody else holds its workspace. */
export type EnqueueOutcome = Enqueued | Error | 'held';

/** Puts one execution at the end of its workspace's queue: a group of one, whose refusal is thrown. */
export async function enqueueExecution(
  database: Database,
  request: EnqueueRequest,
  rules: AdmissionRules,
): Promise<Enqueued> {
  const [outcome] = await enqueueExecutions(database, [{ request, rules }], 'wait');
  if (outcome instanceof Error) throw outcome;
  return outcome as Enqueued;
}

/**
 * Puts executions at the end of their workspaces' queues, in their order and in one transaction, or finds those that their idempotency
 * keys already stand for. Gives, after the commit, what became of each; one that is refused fails none of the others. A key is looked
 * at before anything else, so that a repeat is answered alike whatever has changed since. Content is the same when the workflow type
 * and the input's text are the same, character for character.
 *
 * @param whenHeld whether to wait for a workspace that somebody else has locked, or to leave its requests alone
 * @returns in place of what was refused: WorkspaceNotFoundError, IdempotencyKeyReusedError, InputTooLargeError,
 * WorkflowTypeUnknownError, QueueFullError, QueueBytesFullError
 */
export async function enqueueExecutions(
  database: Database,
  asked: readonly Asked[],
  whenHeld: 'wait' | 'skip',
): Promise<EnqueueOutcome[]> {
  try {
    return await enqueueTogether(database, asked, whenHeld);
  } catch (error) {
    // The API lets nothing through that Postgres would refuse. Should it ever, the others of the group do not pay for it.
    if (asked.length > 1 && isDataRefused(error)) return await enqueueOneByOne(database, asked);
    throw error;
  }
}

async function enqueueOneByOne(database: Database, asked: readonly Asked[]): Promise<EnqueueOutcome[]> {
  const outcomes: EnqueueOutcome[] = [];
  for (const one of asked) {
    const [outcome] = await enqueueTogether(database, [one], 'wait').catch((error: Error) => [error]);
    outcomes.push(outcome!);
  }
  return outcomes;
}

async function enqueueTogether(
  database: Database,
  asked: readonly Asked[],
  whenHeld: 'wait' | 'skip',
): Promise<EnqueueOutcome[]> {
  const { workspaces, decided, createdAt } = await onConnection(database, (client) =>
    write(client, asked, whenHeld),
  );
  return await Promise.all(
    asked.map(async ({ request }, index): Promise<EnqueueOutcome> => {
      const outcome = decided.get(index);
      if (outcome === undefined)
        return whenHeld === 'skip' ? 'held' : new WorkspaceNotFoundError(request.workspaceId);
      if (outcome instanceof Error) return outcome;
      const { running, limitInForce } = workspaces.get(request.workspaceId)!;
      if (!('seq' in outcome)) return await readRepeated(database, request, outcome, limitInForce - running);
      const { executionId: id, seq, position, isNew } = outcome;
      return {
        execution: pendingExecution(request, { id, seq, createdAt: createdAt.get(id)! }),
        position: { position, isUpperBound: false },
        repeated: !isNew,
        waitsForAnEnd: running + position > limitInForce,
      };
    }),
  );
}

/** After the commit and without the lock. An error here is this request's alone: the others stand. */
async function readRepeated(
  { db }: Database,
  { workspaceId }: EnqueueRequest,
  { executionId }: Standing,
  freeSlots: number,
): Promise<Enqueued | Error> {
  try {
    const found = await findExecution(db, workspaceId, executionId);
    const waitsForAnEnd = (found.position?.position ?? 0) > freeSlots;
    return { ...found, repeated: true, waitsForAnEnd };
  } catch (error) {
    return error as Error;
  }
}

/**
 * Two round trips: lock and read, then write and commit. The second is sent when the first has succeeded, so that nothing is written
 * outside a transaction or without the lock.
 */
async function write(client: pg.PoolClient, asked: readonly Asked[], whenHeld: 'wait' | 'skip') {
  const ids = [...new Set(asked.map(({ request }) => request.workspaceId))];
  const keyed = asked.some(({ request }) => request.idempotencyKey !== null);
  try {
    const [, locked, stood = []] = (await sendTogether(client, [
      'begin',
      lockingWorkspaces(ids, whenHeld),
      ...(keyed ? [findingKeys(asked)] : []),
    ])) as [unknown, LockedWorkspace[], (Standing & { index: number })[]?];
    const workspaces = new Map(locked.map((workspace) => [workspace.id, workspace]));
    const standing = new Map(stood.map((found) => [found.index, found]));
    const decided = lineUp(workspaces, asked, standing, uuidv7);
    const places = [...decided.values()].filter((one): one is Place => 'seq' in one && one.isNew);
    const [written = []] = (await sendTogether(client, [
      ...(places.length > 0 ? [appending(places)] : []),
      'commit',
    ])) as { id: string; createdAt: Date }[][];
    return { workspaces, decided, createdAt: new Map(written.map((row) => [row.id, row.createdAt])) };
  } catch (error) {
    // After the other errors the connection is checked, and rolled back, where it is given back.
    if (!isDatabaseUnavailable(error)) await client.query('rollback');
    throw error;
  }
}

/** Gives the rows of each when all have succeeded; else throws the error of the first that failed. */
async function sendTogether(
  client: pg.PoolClient,
  statements: readonly (Statement | string)[],
): Promise<unknown[][]> {
  const answers = await Promise.allSettled(
    statements.map((one) =>
      client.query(typeof one === 'string' ? one : { ...one, values: [...one.values] }),
    ),
  );
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value.rows;
  });
}

function findingKeys(asked: readonly Asked[]): Statement {
  const requests = asked.map(({ request }) => request);
  return {
    name: 'find-keys',
    text: `
      select v.n::integer - 1 as index, e.id as "executionId",
        e.workflow_type = v.workflow_type and e.input is not distinct from v.input as "sameContent"
      from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
        as v (workspace_id, key, workflow_type, input, n)
      join executions e on e.workspace_id = v.workspace_id and e.idempotency_key = v.key`,
    values: [
      requests.map(({ workspaceId }) => workspaceId),
      requests.map(({ idempotencyKey }) => idempotencyKey),
      requests.map(({ workflowType }) => workflowType),
      requests.map(({ input }) => input),
    ],
  };
}

/** The rows and their workspaces' counters, which nobody else writes while the workspaces are locked. */
function appending(places: readonly Place[]): Statement {
  const counts = new Map<string, { rows: number; bytes: number }>();
  for (const { request } of places) {
    const { rows, bytes } = counts.get(request.workspaceId) ?? { rows: 0, bytes: 0 };
    counts.set(request.workspaceId, { rows: rows + 1, bytes: bytes + inputBytes(request) });
  }
  return {
    name: 'append-executions',
    text: `
      with counted as (
        update workspaces w set last_seq = w.last_seq + v.n, pending = w.pending + v.n,
          pending_bytes = w.pending_bytes + v.bytes
        from unnest($1::text[], $2::integer[], $9::bigint[]) as v (id, n, bytes) where w.id = v.id)
      insert into executions (id, workspace_id, seq, workflow_type, input, idempotency_key)
      select v.id, v.workspace_id, v.seq, v.workflow_type, v.input, v.key
      from unnest($3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[]) with ordinality
        as v (id, workspace_id, seq, workflow_type, input, key, n)
      order by v.n
      returning id, created_at as "createdAt"`,
    values: [
      [...counts.keys()],
      [...counts.values()].map(({ rows }) => rows),
      places.map(({ executionId }) => executionId),
      places.map(({ request }) => request.workspaceId),
      places.map(({ seq }) => seq),
      places.map(({ request }) => request.workflowType),
      places.map(({ request }) => request.input),
      places.map(({ request }) => request.idempotencyKey),
      [...counts.values()].map(({ bytes }) => bytes),
    ],
  };
}
