import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../db/connection/database.ts';
import { onConnection } from '../db/connection/on-connection.ts';
import { BEGIN } from '../db/connection/pipelined-transaction.ts';
import { orRollBack, sendTogether } from '../db/connection/send-together.ts';
import { isDataRefused } from '../db/connection/unavailable.ts';
import { findingRecentOf } from '../db/inbox/find-waiting.ts';
import { withPartitions } from '../db/partitions/with-partitions.ts';
import { findExecution } from '../db/executions/find-execution.ts';
import { type LockedWorkspace, lockingWorkspaces } from '../db/workspaces/lock-workspace.ts';
import { WorkspaceNotFoundError } from '../domain/refusals.ts';
import { limitOf } from './admission-rules.ts';
import type { EnqueueOutcome, Refused, Repeated } from './enqueue-outcome.ts';
import {
  type Appended,
  appending,
  findingKeys,
  type FoundKey,
  namingReruns,
} from './rows/enqueue-statements.ts';
import { pendingExecution } from './rows/pending-execution.ts';
import { readRepeatedOfBatches } from './read-repeated.ts';
import { type Asked, type Decision, type Place, placeRequests, type Standing } from './place-requests.ts';

/**
 * Puts executions at the end of their workspaces' queues, in their order and in one transaction, or among what enters them later, or finds the executions that their
 * idempotency keys already stand for. Gives, after the commit, what became of each; one that is refused fails none of the others. A key is read
 * before anything else, so that a repeat is answered alike whatever has changed since. Content is the same when the workflow type,
 * the input's text, character for character, and the attributes are the same, which their digest says.
 *
 * Refused are: WorkspaceNotFoundError, IdempotencyKeyReusedError, InputTooLargeError, WorkflowTypeUnknownError, InvalidAttributeError, NoFreeSlotError,
 * QueueFullError, QueueBytesFullError.
 *
 * @param whenHeld whether to wait for a workspace that somebody else has locked, or to leave its requests alone: they are `held`. So are those of a
 *   workspace of which the inbox has something that came before them
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
    if (isDataRefused(error) && asked.length > sizeOf(asked[0]!)) return await enqueueApart(database, asked);
    throw error;
  }
}

/** Each request by itself, and each batch. */
async function enqueueApart(database: Database, asked: readonly Asked[]): Promise<EnqueueOutcome[]> {
  const outcomes: EnqueueOutcome[] = [];
  while (outcomes.length < asked.length) {
    const from = outcomes.length;
    const apart = asked.slice(from, from + sizeOf(asked[from]!));
    const apartOutcomes = await enqueueTogether(database, apart, 'wait').catch((error: Error) =>
      apart.map(() => ({ kind: 'refused', error }) as const),
    );
    outcomes.push(...apartOutcomes);
  }
  return outcomes;
}

function sizeOf({ batch }: Asked): number {
  return batch?.size ?? 1;
}

async function enqueueTogether(
  database: Database,
  asked: readonly Asked[],
  whenHeld: 'wait' | 'skip',
): Promise<EnqueueOutcome[]> {
  const written = await withPartitions(database, () =>
    onConnection(database, (client) => write(client, asked, whenHeld)),
  );
  const ofBatches = await readRepeatedOfBatches(database.db, asked, written.decisions, written.workspaces);
  return await Promise.all(
    asked.map(async ({ request }, index): Promise<EnqueueOutcome> => {
      const workspace = written.workspaces.get(request.workspaceId);
      const decision = written.decisions.get(index);
      if (workspace !== undefined && decision !== undefined)
        return ofBatches.get(index) ?? (await outcomeOf(database, decision, workspace, written));
      return whenHeld === 'skip'
        ? { kind: 'held' }
        : { kind: 'refused', error: new WorkspaceNotFoundError(request.workspaceId) };
    }),
  );
}

/** What a transaction has seen and done. */
interface Written {
  readonly workspaces: ReadonlyMap<string, LockedWorkspace>;
  /** By the request's index. */
  readonly decisions: ReadonlyMap<number, Decision>;
  /** By the execution's id. */
  readonly createdAt: ReadonlyMap<string, Date>;
}

/**
 * Two round trips: lock and read, then write and commit. The second is sent when the first has succeeded, so that nothing is written
 * outside a transaction or without the lock.
 */
async function write(
  client: pg.PoolClient,
  asked: readonly Asked[],
  whenHeld: 'wait' | 'skip',
): Promise<Written> {
  const requests = asked.map(({ request }) => request);
  const ids = [...new Set(requests.map(({ workspaceId }) => workspaceId))];
  const keyed = requests.some(({ idempotencyKey }) => idempotencyKey !== null);
  return await orRollBack(client, async () => {
    const [, locked, before, stood = []] = (await sendTogether(client, [
      BEGIN,
      lockingWorkspaces(ids, whenHeld),
      whenHeld === 'skip' ? findingRecentOf(ids) : 'select',
      ...(keyed ? [findingKeys(requests)] : []),
    ])) as [unknown, LockedWorkspace[], { id: string }[], FoundKey[]?];
    const behind = new Set(before.map(({ id }) => id));
    const free = locked.filter(({ id }) => !behind.has(id));
    const workspaces = new Map(free.map((workspace) => [workspace.id, workspace]));
    const standing = new Map(stood.map((found) => [found.index, found]));
    const decisions = placeRequests(workspaces, asked, standing, uuidv7);
    const places = [...decisions.values()].flatMap((one) => (one.kind === 'placed' ? one.place : []));
    const naming = namingReruns(places);
    const [appended = []] = (await sendTogether(client, [
      ...(places.length > 0 ? [appending(places)] : []),
      ...(naming === null ? [] : [naming]),
      'commit',
    ])) as Appended[][];
    return { workspaces, decisions, createdAt: new Map(appended.map((row) => [row.id, row.createdAt])) };
  });
}

async function outcomeOf(
  database: Database,
  decision: Decision,
  workspace: LockedWorkspace,
  written: Written,
): Promise<EnqueueOutcome> {
  switch (decision.kind) {
    case 'refused':
      return decision;
    case 'placed':
      return { kind: 'placed', ...acceptedAt(decision.place, workspace, written) };
    case 'repeated':
      return 'seq' in decision.of
        ? { kind: 'repeated', ...acceptedAt(decision.of, workspace, written) }
        : await readRepeated(database, decision.of, workspace);
    default:
      return decision satisfies never;
  }
}

function acceptedAt(
  { executionId: id, request, seq, position, payloadRetentionDays }: Place,
  workspace: LockedWorkspace,
  { createdAt }: Written,
) {
  return {
    execution: pendingExecution(request, { id, seq, payloadRetentionDays, createdAt: createdAt.get(id)! }),
    position:
      position === null
        ? null
        : {
            position,
            isUpperBound: false,
            ...(workspace.restoringSince !== null && { restoringSince: workspace.restoringSince }),
          },
    waitsForAnEnd: position !== null && workspace.running + position > limitOf(workspace),
  };
}

/** After the commit and without the lock. An error here is this request's alone: the others stand. */
async function readRepeated(
  { db }: Database,
  { executionId }: Standing,
  workspace: LockedWorkspace,
): Promise<Repeated | Refused> {
  try {
    const found = await findExecution(db, workspace.id, executionId);
    const waitsForAnEnd = (found.position?.position ?? 0) > limitOf(workspace) - workspace.running;
    return { kind: 'repeated', ...found, waitsForAnEnd };
  } catch (error) {
    return { kind: 'refused', error: error as Error };
  }
}
