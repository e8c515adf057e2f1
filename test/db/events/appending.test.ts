import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type Database, openDatabase } from '../../../src/db/connection/database.ts';
import { cancelExecution } from '../../../src/db/executions/cancel-execution.ts';
import { terminateExecution } from '../../../src/db/executions/terminate-execution.ts';
import { reconcileWorkspace } from '../../../src/db/reconcile/reconcile-workspace.ts';
import { advanceSchedule } from '../../../src/db/schedule/advance-schedule.ts';
import { changeTier } from '../../../src/db/tiers/change-tier.ts';
import { patchWorkspace } from '../../../src/db/workspaces/patch-workspace.ts';
import { putWorkspace } from '../../../src/db/workspaces/put-workspace.ts';
import {
  ExecutionNotFoundError,
  IdempotencyKeyReusedError,
  QueueFullError,
} from '../../../src/domain/refusals.ts';
import { isTerminal, type Status, CLOSE_STATUSES } from '../../../src/domain/status.ts';
import { DEFAULT_TIER_CONFIGS, TIERS, type TierConfigs } from '../../../src/domain/tier.ts';
import { enqueueExecutions } from '../../../src/enqueue/enqueue-executions.ts';
import { fuzzRuns } from '../../fuzz/runs.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { enqueueRequest } from '../../support/enqueue.ts';
import { completedReport, requestOf } from '../../support/rows.ts';

const TIER_CONFIGS: TierConfigs = {
  ...DEFAULT_TIER_CONFIGS,
  pro: { ...DEFAULT_TIER_CONFIGS.pro, limit: 2, maxPending: 12 },
  enterprise: { ...DEFAULT_TIER_CONFIGS.enterprise, limit: 4, maxPending: 12 },
};

let testDatabase: TestDatabase;
/** Of two processes. */
let databases: Database[];
before(async () => {
  testDatabase = await createTestDatabase(TIER_CONFIGS);
  databases = [0, 1].map(() =>
    openDatabase({ url: testDatabase.url, poolSize: 6, applicationName: 'test', onError: () => {} }),
  );
});
after(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await testDatabase.drop();
});

interface StoredEvent {
  readonly number: number;
  readonly kind: string;
  readonly execution_id: string | null;
  readonly seq: number | null;
  readonly status: Status | null;
  /** To the microsecond. */
  readonly at: string;
}

interface StoredRow {
  readonly id: string;
  readonly seq: number | null;
  readonly status: Status;
  readonly created_at: string;
  readonly admitted_at: string | null;
  readonly moved_at: string | null;
  readonly cancel_requested_at: string | null;
  readonly terminate_requested_at: string | null;
}

async function eventsOf(workspaceId: string): Promise<StoredEvent[]> {
  const { rows } = await databases[0]!.pool.query<StoredEvent>(
    `select number::integer, kind, execution_id, seq::integer, status, at::text from events where workspace_id = $1 order by number`,
    [workspaceId],
  );
  return rows;
}

async function rowsOf(workspaceId: string): Promise<StoredRow[]> {
  const { rows } = await databases[0]!.pool.query<StoredRow>(
    `select id, seq::integer, status, created_at::text, admitted_at::text, moved_at::text, cancel_requested_at::text, terminate_requested_at::text
     from all_executions where workspace_id = $1 order by seq`,
    [workspaceId],
  );
  return rows;
}

/** What the events say of an execution; throws when one of them cannot follow the others. */
class Replayed {
  status: Status | null = null;
  readonly times = new Map<string, string>();

  take({ kind, status, at }: StoredEvent): void {
    assert.ok(!this.times.has(kind), `a second ${kind}`);
    this.times.set(kind, at);
    switch (kind) {
      case 'scheduled':
        assert.deepEqual([this.status, status], [null, 'scheduled']);
        break;
      case 'accepted':
        assert.ok(this.status === null || this.status === 'scheduled', `accepted from ${this.status}`);
        assert.equal(status, 'pending');
        break;
      case 'admitted':
        assert.deepEqual([this.status, status], ['pending', 'running']);
        break;
      case 'cancel_requested':
      case 'terminate_requested':
        assert.deepEqual([this.status, status], ['running', 'running']);
        break;
      case 'ended':
        assert.ok(this.status !== null && !isTerminal(this.status), `ended from ${this.status}`);
        assert.ok(status !== null && isTerminal(status));
        break;
      default:
        assert.fail(`an execution cannot have ${kind}`);
    }
    this.status = status;
  }
}

async function assertAgrees(workspaceId: string): Promise<void> {
  const [events, rows] = [await eventsOf(workspaceId), await rowsOf(workspaceId)];
  assert.deepEqual(
    events.map(({ number }) => number),
    Array.from(events, (_, index) => index + 1),
    'numbers have no gap',
  );
  const replayed = new Map<string, Replayed>();
  for (const event of events) {
    if (event.execution_id === null) {
      assert.deepEqual([event.kind, event.seq, event.status], ['workspace_changed', null, null]);
      continue;
    }
    const execution = replayed.get(event.execution_id) ?? new Replayed();
    execution.take(event);
    replayed.set(event.execution_id, execution);
  }
  assert.deepEqual(
    rows.map(({ id, status }) => [id, status]),
    rows.map(({ id }) => [id, replayed.get(id)?.status]),
    'replayed events give the statuses of the rows',
  );
  assert.equal(replayed.size, rows.length);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'accepted').map(({ seq }) => seq),
    rows.flatMap(({ seq }) => seq ?? []),
    'accepted in seq order',
  );
  for (const row of rows) {
    const { times } = replayed.get(row.id)!;
    assert.equal(times.get('scheduled') ?? times.get('accepted'), row.created_at);
    assert.equal(times.has('accepted'), row.seq !== null);
    assert.equal(times.get('admitted') ?? null, row.admitted_at);
    assert.equal(times.get('ended') ?? null, row.moved_at);
    // A pending one has ended at its request, which is no event of its own.
    if (row.admitted_at === null) continue;
    assert.equal(times.get('cancel_requested') ?? null, row.cancel_requested_at);
    assert.equal(times.get('terminate_requested') ?? null, row.terminate_requested_at);
  }
  const { rows: changes } = await databases[0]!.pool.query<{ count: number }>(
    `select count(*)::integer - 1 as count from limit_changes where workspace_id = $1`,
    [workspaceId],
  );
  assert.equal(events.filter(({ kind }) => kind === 'workspace_changed').length, changes[0]!.count);
}

/** Looks at the workspace again and again until `work` is done: whatever is committed, the numbers up to the last are all there. */
async function whileObserved(workspaceId: string, work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  while (!isDone) {
    const { rows } = await databases[1]!.pool.query<{ last: number; newest: number; count: number }>(
      `select w.last_event::integer as last, coalesce(max(e.number), 0)::integer as newest, count(e.number)::integer as count
       from workspaces w left join events e on e.workspace_id = w.id where w.id = $1 group by w.id`,
      [workspaceId],
    );
    const { last, newest, count } = rows[0]!;
    assert.deepEqual({ newest, count }, { newest: last, count: last });
    await nextTurn();
  }
  await done;
}

const DAY_MS = 24 * 3600 * 1000;
const LATER = new Date(Date.now() + DAY_MS).toISOString();
const LATER_STILL = new Date(Date.now() + 2 * DAY_MS).toISOString();

type Act = (workspaceId: string, database: Database, ids: readonly string[]) => Promise<unknown>;

const picked = (ids: readonly string[], picks: readonly number[]) =>
  ids.length === 0 ? [] : [...new Set(picks.map((pick) => ids[pick % ids.length]!))];

const enqueue = fc
  .array(fc.tuple(fc.option(fc.constantFrom('a', 'b', 'c')), fc.boolean()), { minLength: 1, maxLength: 4 })
  .map((requests): Act => async (workspaceId, database) => {
    const asked = requests.map(([idempotencyKey, later]) => ({
      request: enqueueRequest({
        workspaceId,
        input: '1',
        idempotencyKey,
        attributes: later ? { startAfter: LATER, startBefore: LATER_STILL } : null,
      }),
      rules: { maxInputBytes: 100, knownWorkflowTypes: null },
    }));
    for (const outcome of await enqueueExecutions(database, asked, 'wait'))
      if (outcome.kind === 'refused') throw outcome.error;
  });

const requestEnd = fc
  .tuple(fc.boolean(), fc.nat())
  .map(([cancels, pick]): Act => async (workspaceId, database, ids) => {
    const request = cancels ? cancelExecution : terminateExecution;
    for (const id of picked(ids, [pick])) await request(database, workspaceId, id);
  });

const change = fc
  .record(
    { tier: fc.constantFrom(...TIERS), limitOverride: fc.option(fc.integer({ min: 1, max: 4 })) },
    { requiredKeys: [] },
  )
  .map(
    (patch): Act =>
      (workspaceId, database) =>
        patchWorkspace(database, workspaceId, patch),
  );

const changeOfTier = fc.tuple(fc.constantFrom(...TIERS), fc.integer({ min: 1, max: 4 })).map(
  ([tier, limit]): Act =>
    (_, database) =>
      changeTier(database, tier, { ...TIER_CONFIGS[tier], limit }),
);

/** Also reports of executions that are pending or have ended, and results that Postgres refuses. */
const reconcile = fc
  .record({
    closed: fc.array(
      fc.record({
        pick: fc.nat(),
        status: fc.constantFrom(...CLOSE_STATUSES),
        result: fc.constantFrom('1', '1', '1', '"\u0000"'),
      }),
      { maxLength: 3 },
    ),
    wishes: fc.array(fc.tuple(fc.constantFrom('s1', 's2'), fc.option(fc.integer({ min: 1, max: 4 }))), {
      maxLength: 1,
    }),
  })
  .map(({ closed, wishes }): Act => (workspaceId, database, ids) => {
    const request = requestOf(workspaceId, {
      closed: closed.flatMap(({ pick, status, result }) =>
        picked(ids, [pick]).map((id) => {
          const report = completedReport(id, status === 'completed' ? result : null);
          return { ...report, outcome: { ...report.outcome, status } };
        }),
      ),
      overrideWishes: wishes.map(([key, limitOverride]) => ({ key: `${workspaceId}/${key}`, limitOverride })),
    });
    return reconcileWorkspace(database, request, { gateRunId: 'run', verifyAfterSeconds: 3600 });
  });

/** The time of executions comes, or passes; then what it asks for is done. */
const advance = fc
  .tuple(fc.array(fc.nat(), { maxLength: 4 }), fc.array(fc.nat(), { maxLength: 2 }))
  .map(([due, late]): Act => async (workspaceId, database, ids) => {
    await database.pool.query(
      `with locked as materialized (select id from workspaces where id = $1 for update)
       update executions set start_after = clock_timestamp() - interval '1 day',
         start_before = case when executions.id = any($3) then clock_timestamp() - interval '1 hour' else start_before end
       from locked where workspace_id = locked.id and executions.id = any($2) and start_after is not null and admitted_at is null`,
      [workspaceId, picked(ids, [...due, ...late]), picked(ids, late)],
    );
    await advanceSchedule(database, workspaceId);
  });

const act = fc.oneof(
  { weight: 5, arbitrary: enqueue },
  { weight: 3, arbitrary: advance },
  { weight: 3, arbitrary: requestEnd },
  { weight: 1, arbitrary: change },
  { weight: 1, arbitrary: changeOfTier },
  { weight: 6, arbitrary: reconcile },
);
/** Acts at once, and whether they are done again afterwards, as by callers whose answers were lost. */
const moment = fc.record({ acts: fc.array(act, { minLength: 1, maxLength: 5 }), again: fc.boolean() });

async function performAll(workspaceId: string, acts: readonly Act[], ids: readonly string[]): Promise<void> {
  const performed = acts.map((one, index) => one(workspaceId, databases[index % 2]!, ids));
  for (const { reason } of (await Promise.allSettled(performed)) as { reason?: unknown }[])
    if (
      reason !== undefined &&
      ![QueueFullError, IdempotencyKeyReusedError, ExecutionNotFoundError].some(
        (known) => reason instanceof known,
      )
    )
      throw reason;
}

test('whatever is done to a workspace, in whatever order and at once, each change has one event, and numbers are without a gap in the order of commits', async () => {
  let workspaces = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: 3, maxLength: 12 }), async (moments) => {
      const workspaceId = `appended-${++workspaces}`;
      for (const tier of TIERS) await changeTier(databases[0]!, tier, TIER_CONFIGS[tier]);
      await putWorkspace(
        databases[0]!,
        workspaceId,
        { tier: 'pro', limitOverride: null, workers: 'pool' },
        { maxWorkspaces: 1_000_000 },
      );
      for (const { acts, again } of moments) {
        const ids = (await rowsOf(workspaceId)).map(({ id }) => id);
        await whileObserved(workspaceId, performAll(workspaceId, acts, ids));
        await assertAgrees(workspaceId);
        if (!again) continue;
        await performAll(workspaceId, acts, ids);
        await assertAgrees(workspaceId);
      }
    }),
    fuzzRuns(20),
  );
});

async function withOneRunning(workspaceId: string): Promise<string> {
  const database = databases[0]!;
  const settings = { tier: 'pro', limitOverride: 1, workers: 'pool' } as const;
  await putWorkspace(database, workspaceId, settings, { maxWorkspaces: 1_000_000 });
  const request = enqueueRequest({ workspaceId, idempotencyKey: 'k' });
  const rules = { maxInputBytes: 100, knownWorkflowTypes: null };
  await enqueueExecutions(database, [{ request, rules }], 'wait');
  const { claims } = await reconcileWorkspace(database, requestOf(workspaceId), OPTIONS);
  return claims[0]!.executionId;
}

const OPTIONS = { gateRunId: 'run', verifyAfterSeconds: 3600 };
const kinds = async (workspaceId: string) => (await eventsOf(workspaceId)).map(({ kind }) => kind);

test('a repeated key, cancellation, report and setting add no event', async () => {
  const id = await withOneRunning('repeats');
  const database = databases[0]!;
  const request = enqueueRequest({ workspaceId: 'repeats', idempotencyKey: 'k' });
  const rules = { maxInputBytes: 100, knownWorkflowTypes: null };
  for (let time = 0; time < 2; time++) {
    await enqueueExecutions(database, [{ request, rules }], 'wait');
    for (const end of [cancelExecution, terminateExecution, cancelExecution, terminateExecution])
      await end(database, 'repeats', id);
    await patchWorkspace(database, 'repeats', { limitOverride: 3 });
    await patchWorkspace(database, 'repeats', { workers: 'external' });
    await reconcileWorkspace(database, requestOf('repeats', { closed: [completedReport(id)] }), OPTIONS);
    await cancelExecution(database, 'repeats', id);
  }
  assert.deepEqual(await kinds('repeats'), [
    'accepted',
    'admitted',
    'cancel_requested',
    'terminate_requested',
    'workspace_changed',
    'workspace_changed',
    'ended',
  ]);
});

test('an answer names the number of the newest event of its own transaction', async () => {
  const id = await withOneRunning('named');
  const closed = [completedReport(id)];
  const { lastEvent } = await reconcileWorkspace(databases[0]!, requestOf('named', { closed }), OPTIONS);
  assert.deepEqual([lastEvent, (await kinds('named')).length], [3, 3]);
});

test('a report that Postgres refuses whole adds no event, and one that it takes without its result adds one', async () => {
  const id = await withOneRunning('refused');
  const report = (closedAt: string, result: string) => ({ ...completedReport(id, result), closedAt });
  const unknown = { ...report('2026-01-01T00:00:00Z', '1'), executionId: 'no id' };
  const refused: string[] = [];
  const options = {
    ...OPTIONS,
    onRefused: ({ executionId }: { executionId: string }) => void refused.push(executionId),
  };
  await reconcileWorkspace(databases[0]!, requestOf('refused', { closed: [unknown] }), options);
  assert.deepEqual(await kinds('refused'), ['accepted', 'admitted']);
  await reconcileWorkspace(
    databases[0]!,
    requestOf('refused', { closed: [unknown, report('no time', '"\u0000"')] }),
    options,
  );
  assert.deepEqual(await kinds('refused'), ['accepted', 'admitted', 'ended']);
  assert.deepEqual(refused, ['no id', 'no id', id]);
});
