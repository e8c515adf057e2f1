import assert from 'node:assert/strict';
import { type TestContext, after, before, test } from 'node:test';
import { cancelExecution } from '../../src/db/executions/cancel-execution.ts';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { findExecution } from '../../src/db/executions/find-execution.ts';
import { findOverdueWorkspaces } from '../../src/db/sweep/find-overdue-workspaces.ts';
import { listExecutions } from '../../src/db/executions/list-executions.ts';
import { listWorkspaces } from '../../src/db/workspaces/list-workspaces.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { findStartTimesUnknown, recordStartTimes } from '../../src/db/executions/record-start-times.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { findFreedWorkspaces } from '../../src/db/tiers/find-freed-workspaces.ts';
import { servedByPool, workspacesWithWork } from '../../src/db/workspaces/workspaces-with-work.ts';
import { enqueueOne } from '../support/enqueue.ts';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';
import { completedReport, requestOf } from '../support/rows.ts';

const DEEP = 'deep';
const LINE = 200_000;
/** Before the queue, in the same workspace: what an index over all of its rows would have to pass first. */
const ENDED = 20_000;
const NEW = 'new';
const NEW_LINE = 50_000;
const SMALL = ['small-a', 'small-b', 'small-c'];
const IDLE_WORKSPACES = 1_000;

/** Nodes that hold all their rows before they give the first: none may be given a queue. */
const ROWS_HELD_MAX = 2_000;
/** Pages; reads by index of a page of rows and what the limit allows to run stay below it, and a tenth of the queue does not. */
const BUFFERS_MAX = 1_000;
/** Positions up to 10,000 are counted: this many entries of an index at most, each perhaps with its row. */
const COUNTED_BUFFERS_MAX = 10_500;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** One statement as Postgres ran it. */
interface Ran {
  readonly 'Query Text': string;
  readonly Plan: PlanNode;
}

interface Watched {
  readonly database: Database;
  /** What ran since the last call. */
  taken(): Ran[];
  close(): Promise<void>;
}

let testDatabase: TestDatabase;
before(async () => {
  testDatabase = await createTestDatabase({
    ...DEFAULT_TIER_CONFIGS,
    pro: { ...DEFAULT_TIER_CONFIGS.pro, maxPending: 1_000_000 },
  });
});
after(async () => {
  await testDatabase.drop();
});

/** The product's own pool; Postgres says after each statement by which plan it ran, whoever sent it and how. */
function watch(settings: Readonly<Record<string, string>>): Watched {
  const url = new URL(testDatabase.url);
  const all = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_format': 'json',
    'auto_explain.log_level': 'notice',
    ...settings,
  };
  const options = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`);
  url.searchParams.set('options', options.join(' '));
  const database = openDatabase({
    url: url.toString(),
    poolSize: 1,
    applicationName: 'test',
    statementTimeoutMs: 60_000,
    onError: () => {},
  });
  const ran: Ran[] = [];
  database.pool.on('connect', (client) =>
    client.on('notice', ({ message }) => {
      const at = message?.indexOf('plan:\n') ?? -1;
      if (at >= 0) ran.push(JSON.parse(message!.slice(at + 'plan:\n'.length)) as Ran);
    }),
  );
  return { database, taken: () => ran.splice(0), close: () => database.close() };
}

test('no statement of the hot paths reads or sorts the queue, with fresh and stale statistics, by custom and generic plans', async (t) => {
  const setUp = openDatabase({
    url: testDatabase.url,
    poolSize: 1,
    applicationName: 'test',
    statementTimeoutMs: 120_000,
    onError: () => {},
  });
  try {
    // Or it would freshen the statistics while the stale ones are used.
    await setUp.pool.query('alter table executions set (autovacuum_enabled = false)');
    await setUp.pool.query('alter table workspaces set (autovacuum_enabled = false)');
    await insertSmall(setUp);
    await setUp.pool.query('analyze');
    await insertEnded(setUp, NEW, 0);
    await insertLine(setUp, NEW, NEW_LINE);
    await checkAll(t, 'statistics of small workspaces alone', [NEW, SMALL[0]!]);

    await insertEnded(setUp, DEEP, ENDED);
    await setUp.pool.query('analyze');
    await insertLine(setUp, DEEP, LINE);
    await checkAll(t, 'statistics from before the queue', [DEEP, NEW, SMALL[1]!]);

    await setUp.pool.query('analyze');
    await checkAll(t, 'fresh statistics', [DEEP, NEW, SMALL[2]!]);
  } finally {
    await setUp.close();
  }
});

/** Some small workspaces, each with its slots taken, a short line and some that have ended, and many that do nothing. */
async function insertSmall({ pool }: Database): Promise<void> {
  await pool.query(
    `insert into workspaces (id, tier, limit_in_force, last_seq, pending, running)
     select id, 'pro', 5, 30, 5, 5 from unnest($1::text[]) as id`,
    [SMALL],
  );
  await pool.query(
    `insert into workspaces (id, tier, limit_in_force) select 'idle-' || n, 'pro', 5 from generate_series(1, $1) as n`,
    [IDLE_WORKSPACES],
  );
  await pool.query(
    `insert into executions (id, workspace_id, seq, workflow_type, status, admitted_at, started_at, run_id)
     select gen_random_uuid(), id, seq, 't', case when seq <= 25 then 'running' else 'pending' end::execution_status,
       case when seq <= 25 then now() end, case when seq <= 25 then now() end, case when seq <= 25 then 'run' end
     from unnest($1::text[]) as id, generate_series(21, 30) as seq`,
    [SMALL],
  );
  for (const workspaceId of SMALL) await insertEndedRows(pool, workspaceId, 20);
}

async function insertEnded({ pool }: Database, workspaceId: string, count: number): Promise<void> {
  await pool.query(`insert into workspaces (id, tier, limit_in_force, last_seq) values ($1, 'pro', 5, $2)`, [
    workspaceId,
    count,
  ]);
  await insertEndedRows(pool, workspaceId, count);
}

async function insertEndedRows(pool: Database['pool'], workspaceId: string, count: number): Promise<void> {
  await pool.query(
    `insert into ended_executions
       (id, workspace_id, seq, workflow_type, status, payload_retention_days, created_at, admitted_at, started_at, closed_at, run_id, retention_days)
     select gen_random_uuid(), $1, seq, 't', 'completed', 30, now(), now(), now(), now(), 'run', 30 from generate_series(1, $2::integer) as seq`,
    [workspaceId, count],
  );
}

async function insertLine({ pool }: Database, workspaceId: string, count: number): Promise<void> {
  await pool.query(
    `insert into executions (id, workspace_id, seq, workflow_type)
     select gen_random_uuid(), id, last_seq + n, 't' from workspaces, generate_series(1, $2::integer) as n where id = $1`,
    [workspaceId, count],
  );
  await pool.query(
    `update workspaces set pending = $2::integer, last_seq = last_seq + $2::integer where id = $1`,
    [workspaceId, count],
  );
}

async function checkAll(t: TestContext, statistics: string, workspaceIds: readonly string[]): Promise<void> {
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    await t.test(`${statistics}, ${mode}`, async () => {
      const watched = watch({ plan_cache_mode: mode });
      try {
        const problems: string[] = [];
        for (const workspaceId of workspaceIds) problems.push(...(await problemsIn(watched, workspaceId)));
        assert.equal(problems.join('\n\n'), '');
      } finally {
        await watched.close();
      }
    });
  }
}

async function problemsIn({ database, taken }: Watched, workspaceId: string): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, run, buffersMax] of pathsOf(database, workspaceId)) {
    await run();
    const ran = taken();
    assert.ok(ran.length > 0, `${name} of ${workspaceId} was not seen to run anything`);
    for (const statement of ran)
      for (const problem of problemsOf(statement, buffersMax ?? BUFFERS_MAX))
        problems.push(`${name} of ${workspaceId}: ${problem}\n${statement['Query Text']}`);
  }
  return problems;
}

type Path = readonly [name: string, run: () => Promise<unknown>, buffersMax?: number];

/** In the order in which they can be run: each leaves the queue about as long as it was. */
function pathsOf(database: Database, workspaceId: string): Path[] {
  const { db, pool } = database;
  const options = { gateRunId: 'run', verifyAfterSeconds: 3600 };
  const rules = { maxInputBytes: 100, knownWorkflowTypes: null };
  const enqueued = { workspaceId, workflowType: 't', input: null, idempotencyKey: null };
  const key = `key-${Math.random()}`;
  let running: string[] = [];
  let atFront = '';
  let last = '';
  const reconcile = async (fields: Parameters<typeof requestOf>[1]) => {
    const { admitted } = await reconcileWorkspace(database, requestOf(workspaceId, fields), options);
    return admitted.map(({ executionId }) => executionId);
  };
  return [
    ['reconcile by a new gate', async () => (running = await reconcile({}))],
    [
      'reconcile with reports of starts',
      () =>
        reconcile({
          known: running,
          started: running.map((executionId) => ({ executionId, runId: 'run' })),
          cancelsDelivered: running.slice(1, 2),
          overrideWishes: [{ key: `${key}-request`, limitOverride: null }],
        }),
    ],
    [
      'handoff',
      async () => {
        const [ended, ...rest] = running;
        const claimed = await reconcile({ known: rest, closed: [completedReport(ended!)] });
        assert.equal(claimed.length, 1);
        running = [...rest, ...claimed];
      },
    ],
    [
      'start times',
      () =>
        recordStartTimes(
          db,
          running.map((executionId) => ({ executionId, runId: 'run', startedAt: new Date() })),
        ),
    ],
    ['start times unknown', () => findStartTimesUnknown(db, { admittedBeforeSeconds: 0, limit: 100 })],
    ['enqueue', async () => (last = (await enqueueOne(database, enqueued, rules)).execution.id)],
    ['enqueue by key', () => enqueueOne(database, { ...enqueued, idempotencyKey: key }, rules)],
    // A repeat's answer has the position of the last row, which is counted.
    [
      'enqueue by the same key',
      () => enqueueOne(database, { ...enqueued, idempotencyKey: key }, rules),
      COUNTED_BUFFERS_MAX,
    ],
    ['position of the last', () => findExecution(db, workspaceId, last), COUNTED_BUFFERS_MAX],
    [
      'a pending row near the front',
      async () => {
        const { rows } = await pool.query<{ id: string }>(
          `select id from executions where workspace_id = $1 and status = 'pending' order by seq offset 2 limit 1`,
          [workspaceId],
        );
        atFront = rows[0]!.id;
      },
    ],
    ['position near the front', () => findExecution(db, workspaceId, atFront)],
    ['cancel in the queue', () => cancelExecution(database, workspaceId, atFront)],
    ['cancel of a running one', () => cancelExecution(database, workspaceId, running[0]!)],
    ['sweep', () => findOverdueWorkspaces(db, { after: null, intervalSeconds: 0, limit: 100 })],
    ['sweep', () => findOverdueWorkspaces(db, { after: 'a', intervalSeconds: 3_600, limit: 100 })],
    ['pool', () => workspacesWithWork(db, { after: '', limit: 2_000 })],
    ['pool', () => servedByPool(db, [DEEP, NEW, ...SMALL])],
    ['freed by a raised tier', () => findFreedWorkspaces(db, 'pro').next()],
    ['workspaces', () => listWorkspaces(db, { afterId: null, limit: 100 })],
    ...([null, 'pending', 'running', 'completed', 'failed'] as const).flatMap((status): Path[] =>
      [null, 20].map((beforeSeq) => [
        `list of ${status ?? 'all'}${beforeSeq === null ? '' : ' further on'}`,
        () => listExecutions(db, workspaceId, { beforeSeq, status, limit: 100 }),
      ]),
    ),
  ];
}

function problemsOf({ Plan: plan }: Ran, buffersMax: number): string[] {
  const problems: string[] = [];
  for (const node of nodesOf(plan)) {
    const { 'Node Type': type, 'Actual Rows': rows } = node;
    if (type === 'Seq Scan' && isReadWhole(node)) problems.push(`reads all of ${node['Relation Name']}`);
    if (/Sort|Hash|Bitmap/.test(type) && rows > ROWS_HELD_MAX) problems.push(`${type} holds ${rows} rows`);
  }
  const buffers = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  if (buffers > buffersMax) problems.push(`reads ${buffers} pages (${shapeOf(plan)})`);
  return problems;
}

/** The nodes that read pages themselves, in words. */
function shapeOf(plan: PlanNode): string {
  const pages = (node: PlanNode) => node['Shared Hit Blocks'] + node['Shared Read Blocks'];
  return nodesOf(plan)
    .filter((node) => pages(node) - Math.max(0, ...(node.Plans ?? []).map(pages)) > BUFFERS_MAX / 10)
    .map((node) => `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name'] ?? ''}`.trim())
    .join(', ');
}

/** Partitions that are all but empty may be. */
function isReadWhole(node: PlanNode): boolean {
  const { 'Relation Name': relation = '', 'Actual Rows': rows, 'Rows Removed by Filter': removed = 0 } = node;
  return (
    relation === 'executions' ||
    (/^(ended_executions|payloads|events)_/.test(relation) && rows + removed > 100)
  );
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
