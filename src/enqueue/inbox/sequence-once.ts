import type pg from 'pg';
import type { Database } from '../../db/connection/database.ts';
import { onConnection } from '../../db/connection/on-connection.ts';
import { BEGIN } from '../../db/connection/pipelined-transaction.ts';
import { orRollBack, sendTogether } from '../../db/connection/send-together.ts';
import { droppingRows, type TakenRow, type Taking, takingRows } from '../../db/inbox/take-rows.ts';
import { withPartitions } from '../../db/partitions/with-partitions.ts';
import {
  type LockedWorkspace,
  lockingWorkspaces,
  readingTier,
  type TierOfWorkspace,
} from '../../db/workspaces/lock-workspace.ts';
import type { AdmissionRules } from '../admission-rules.ts';
import type { EnqueueRequest } from '../enqueue-request.ts';
import { findingKnownTypes, knownIn, type KnownType } from '../known-workflow-types.ts';
import { type Decision, type Place, placeRequests } from '../place-requests.ts';
import { appending, findingKeys, type FoundKey } from '../rows/enqueue-statements.ts';
import { type Alias, aliasing, type Rejected, rejecting } from './inbox-statements.ts';
import { requestOf } from './request-of.ts';

export type Sequenced =
  | {
      readonly kind: 'executions';
      readonly workspace: LockedWorkspace;
      /** In their order. */
      readonly rows: readonly TakenRow[];
      readonly placed: readonly Place[];
      readonly aliases: readonly Alias[];
      readonly rejected: readonly Rejected[];
    }
  /** The next is a change of the workspace itself, which is done in a transaction of another form. */
  | { readonly kind: 'put'; readonly row: TakenRow }
  /** Its workspace does not exist any more: so many rows are gone. */
  | { readonly kind: 'dropped'; readonly rows: number }
  | { readonly kind: 'empty' }
  | { readonly kind: 'held' };

export type SequencedExecutions = Extract<Sequenced, { kind: 'executions' }>;

/**
 * Gives the next rows of a workspace in the inbox their places, as if they were asked for now by HTTP: the same rules, keys and bounds. All of it in one
 * transaction under the workspace's lock, so that each row becomes an execution, a rejected one, or another name of one, and goes from the inbox, or stays.
 */
export async function sequenceOnce(
  database: Database,
  taking: Taking,
  maxInputBytes: number,
  whenHeld: 'wait' | 'skip',
): Promise<Sequenced> {
  return await withPartitions(database, () =>
    onConnection(database, (client) =>
      orRollBack(client, () => sequence(client, taking, maxInputBytes, whenHeld)),
    ),
  );
}

async function sequence(
  client: pg.PoolClient,
  taking: Taking,
  maxInputBytes: number,
  whenHeld: 'wait' | 'skip',
): Promise<Sequenced> {
  const { workspaceId } = taking;
  const [, [workspace]] = (await sendTogether(client, [
    BEGIN,
    lockingWorkspaces([workspaceId], whenHeld),
  ])) as [unknown, LockedWorkspace[]];
  if (workspace === undefined && whenHeld === 'skip') return await leave(client, { kind: 'held' });
  // In this order: a row may have been committed after the lock was asked for, and its tier changed before it.
  const [taken, [tier], types] = (await sendTogether(client, [
    takingRows(taking),
    readingTier(workspaceId),
    findingKnownTypes,
  ])) as [TakenRow[], TierOfWorkspace[], KnownType[]];
  const rows = taken.sort((one, other) => (one.id < other.id ? -1 : 1));
  const [first] = rows;
  if (first === undefined) return await leave(client, { kind: 'empty' });
  if (first.kind === 'put_workspace') return await leave(client, { kind: 'put', row: first });
  if (workspace === undefined) {
    await client.query('rollback');
    const [dropped] = (await sendTogether(client, [droppingRows(workspaceId)])) as [unknown[]];
    return { kind: 'dropped', rows: dropped.length };
  }
  const rules = { maxInputBytes, knownWorkflowTypes: knownIn(types) };
  return await place(client, { ...workspace, ...tier }, rows, rules);
}

async function leave(client: pg.PoolClient, left: Sequenced): Promise<Sequenced> {
  await client.query('rollback');
  return left;
}

async function place(
  client: pg.PoolClient,
  workspace: LockedWorkspace,
  rows: readonly TakenRow[],
  rules: AdmissionRules,
): Promise<Sequenced> {
  const requests = rows.map(requestOf);
  const isKeyed = requests.some(({ idempotencyKey }) => idempotencyKey !== null);
  const stood = isKeyed ? ((await sendTogether(client, [findingKeys(requests)]))[0] as FoundKey[]) : [];
  const decisions = placeRequests(
    new Map([[workspace.id, workspace]]),
    requests.map((request, index) => ({ request, rules, id: rows[index]!.id })),
    new Map(stood.map((found) => [found.index, found])),
    throwNoId,
  );
  const became = sortOut(rows, requests, decisions);
  const { placed, aliases, rejected } = became;
  await sendTogether(client, [
    ...(placed.length > 0 ? [appending(placed)] : []),
    ...(aliases.length > 0 ? [aliasing(workspace.id, aliases)] : []),
    ...(rejected.length > 0 ? [rejecting(workspace, rejected)] : []),
    'commit',
  ]);
  return { kind: 'executions', workspace, rows, ...became };
}

function throwNoId(): never {
  throw new Error('a row of the inbox has no id');
}

function sortOut(
  rows: readonly TakenRow[],
  requests: readonly EnqueueRequest[],
  decisions: ReadonlyMap<number, Decision>,
) {
  const [placed, aliases, rejected]: [Place[], Alias[], Rejected[]] = [[], [], []];
  for (const [index, { id }] of rows.entries()) {
    const decision = decisions.get(index)!;
    if (decision.kind === 'placed') placed.push(decision.place);
    else if (decision.kind === 'repeated') aliases.push({ id, executionId: decision.of.executionId });
    else rejected.push({ id, request: requests[index]!, error: decision.error });
  }
  return { placed, aliases, rejected };
}
