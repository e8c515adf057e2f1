import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../../src/db/connection/database.ts';
import type { ExecutionSummaryRow } from '../../src/db/executions/execution-row.ts';
import { EVERY_EXECUTION, type ExecutionFilter } from '../../src/db/executions/list/execution-filter.ts';
import { listExecutions, LOOKS } from '../../src/db/executions/list/list-executions.ts';
import { WorkspaceNotFoundError } from '../../src/domain/refusals.ts';
import { openTestDatabase } from '../support/database.ts';
import { endRows, insertWorkspace } from '../support/rows.ts';

/** `FUZZ_RUNS=2000 FUZZ_SEED=7 node tools/test.mjs test/db/list-executions.test.ts` looks longer, and elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20261128);

const WORKSPACES = ['one', 'other'];
const BEGIN_MS = Date.UTC(2026, 10, 28);
/** Between the times of two rows: further apart than the clocks of ids and rows are believed to be. */
const STEP_MS = 90_000;

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase({ poolSize: 2 }));
  for (const id of WORKSPACES) await insertWorkspace(database.pool, id);
});
after(() => close());

const STATUSES_OF_ENDS = ['completed', 'failed', 'cancelled', 'rejected'] as const;

interface Made {
  readonly workspaceId: string;
  readonly workflowType: string;
  readonly reference: string | null;
  readonly labels: Record<string, string> | null;
  readonly step: number;
  /** Null: pending. */
  readonly status: 'running' | (typeof STATUSES_OF_ENDS)[number] | null;
}

interface Row extends Made {
  readonly id: string;
  readonly createdAt: Date;
}

const made = fc.record<Made>({
  workspaceId: fc.constantFrom(...WORKSPACES),
  workflowType: fc.constantFrom('a', 'b'),
  reference: fc.constantFrom(null, 'x', 'y'),
  labels: fc.constantFrom(null, { team: 'a' }, { team: 'a', env: 'prod' }, { env: 'test' }),
  step: fc.nat(20),
  status: fc.constantFrom(null, 'running', ...STATUSES_OF_ENDS),
});

const filter = fc.record<ExecutionFilter>({
  workspaceId: fc.constantFrom(null, ...WORKSPACES),
  status: fc.constantFrom(null, null, 'pending', 'running', ...STATUSES_OF_ENDS),
  workflowType: fc.constantFrom(null, null, 'a'),
  reference: fc.constantFrom(null, 'x', 'none'),
  createdAfter: fc.constantFrom(null, null, timeOf(5)),
  createdBefore: fc.constantFrom(null, null, timeOf(15)),
  closedAfter: fc.constantFrom(null, null, null, timeOf(8)),
  closedBefore: fc.constantFrom(null, null, null, timeOf(18)),
  onlyFailed: fc.constantFrom(false, false, true),
  labels: fc.constantFrom({}, {}, { team: 'a' }, { team: 'a', env: 'prod' }),
});

/** Of a page: what happens after it to the row with that index among the ones that live, or that a row is added. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('admit' as const), nth: fc.nat(30) }),
  fc.record({
    kind: fc.constant('end' as const),
    nth: fc.nat(30),
    status: fc.constantFrom(...STATUSES_OF_ENDS),
  }),
  fc.record({ kind: fc.constant('add' as const), made }),
);

test('pages that follow each other have every row that was there once, newest first, while rows begin, move and are added', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(made, { maxLength: 30, size: 'max' }),
      filter,
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 40 }),
      async (begun, wanted, limit, changes) => {
        await database.pool.query('truncate executions, ended_executions');
        const rows = new Map<string, Row>();
        for (const one of begun) await insert(rows, one);
        /** Rows that match from the first page to the last. */
        const steady = new Map([...rows].filter(([, row]) => matches(wanted, row)));
        const listed: ExecutionSummaryRow[] = [];
        let beforeId: string | null = null;
        for (let page = 0; ; page++) {
          const looks = { firstRows: 2, rows: 3, most: 2, fewOfReference: 1, fewRunning: 1 };
          const given = await listExecutions(database, { filter: wanted, beforeId, limit }, looks);
          assert.ok(given.rows.length <= limit);
          assert.ok(page < 60, 'the pages do not end');
          listed.push(...given.rows);
          beforeId = given.nextBeforeId;
          if (beforeId === null) break;
          assert.ok(given.rows.length === limit || given.scannedBackTo !== null);
          for (const one of changes[page] ?? []) {
            await happen(rows, one);
            for (const id of steady.keys()) if (!matches(wanted, rows.get(id)!)) steady.delete(id);
          }
        }
        const ids = listed.map(({ id }) => id);
        assert.deepEqual(ids, [...new Set(ids)].sort().reverse(), 'once each, newest first');
        assert.deepEqual(
          [...steady.keys()].filter((id) => !ids.includes(id)),
          [],
          'nothing is left out',
        );
        for (const { id, ...row } of listed) {
          assert.ok(matches({ ...wanted, status: null }, rows.get(id)!), 'nothing else');
          if (wanted.status !== null) assert.equal(row.status, wanted.status);
        }
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
});

test('a list of a workspace that does not exist says so, whatever it is filtered by', async () => {
  for (const given of [{}, { status: 'running' }, { workflowType: 'a' }] as const)
    await assert.rejects(
      listExecutions(database, {
        filter: { ...EVERY_EXECUTION, ...given, workspaceId: 'nobody' },
        beforeId: null,
        limit: 1,
      }),
      WorkspaceNotFoundError,
    );
});

test('a page that ends before it is full says how far back it has looked, and the next one goes on there', async () => {
  await database.pool.query('truncate executions, ended_executions');
  const rows = new Map<string, Row>();
  const plain = { workspaceId: 'one', reference: null, labels: null, status: null };
  for (let step = 0; step < 10; step++)
    await insert(rows, { ...plain, step, workflowType: step === 0 ? 'rare' : 'frequent' });
  const wanted = { ...EVERY_EXECUTION, workspaceId: 'one', workflowType: 'rare' };
  const looks = { ...LOOKS, firstRows: 2, rows: 2, most: 3 };
  const first = await listExecutions(database, { filter: wanted, beforeId: null, limit: 5 }, looks);
  assert.deepEqual([first.rows, first.scannedBackTo], [[], timeOf(4)]);
  const second = await listExecutions(
    database,
    { filter: wanted, beforeId: first.nextBeforeId, limit: 5 },
    looks,
  );
  assert.deepEqual([second.rows.length, second.nextBeforeId, second.scannedBackTo], [1, null, null]);
});

function timeOf(step: number): Date {
  return new Date(BEGIN_MS + step * STEP_MS);
}

async function insert(rows: Map<string, Row>, one: Made): Promise<void> {
  const createdAt = timeOf(one.step);
  const id = uuidv7({ msecs: createdAt.getTime() });
  rows.set(id, { ...one, id, createdAt });
  const { workspaceId, workflowType, reference, labels, status } = one;
  await database.pool.query(
    `insert into executions (id, workspace_id, seq, workflow_type, reference, labels, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, workspaceId, rows.size, workflowType, reference, labels, createdAt],
  );
  if (status === 'running') await admit(id);
  else if (status !== null) await end(rows.get(id)!, status);
}

/** Some time after it was accepted. */
const closedAtOf = ({ step }: Made) => timeOf(step + 3);

async function end(row: Row, status: (typeof STATUSES_OF_ENDS)[number]): Promise<void> {
  await endRows(database.pool, [row.id], status);
  await database.pool.query('update ended_executions set closed_at = $2 where id = $1', [
    row.id,
    closedAtOf(row),
  ]);
}

async function admit(id: string): Promise<void> {
  await database.pool.query(
    `update executions set status = 'running', admitted_at = clock_timestamp() where id = $1`,
    [id],
  );
}

type Change = typeof change extends fc.Arbitrary<infer One> ? One : never;

async function happen(rows: Map<string, Row>, one: Change): Promise<void> {
  if (one.kind === 'add') return await insert(rows, one.made);
  const live = [...rows.values()].filter(({ status }) => status === null || status === 'running');
  const row = live[one.nth];
  if (row === undefined) return;
  rows.set(row.id, { ...row, status: one.kind === 'admit' ? 'running' : one.status });
  if (one.kind === 'admit') await admit(row.id);
  else await end(row, one.status);
}

function matches(wanted: ExecutionFilter, row: Row): boolean {
  const labels = Object.entries(wanted.labels);
  const closedAt = row.status === null || row.status === 'running' ? null : closedAtOf(row);
  return (
    (wanted.closedAfter === null || (closedAt !== null && closedAt >= wanted.closedAfter)) &&
    (wanted.closedBefore === null || (closedAt !== null && closedAt < wanted.closedBefore)) &&
    (!wanted.onlyFailed || row.status === 'failed' || row.status === 'rejected') &&
    (wanted.workspaceId === null || wanted.workspaceId === row.workspaceId) &&
    (wanted.status === null || wanted.status === (row.status ?? 'pending')) &&
    (wanted.workflowType === null || wanted.workflowType === row.workflowType) &&
    (wanted.reference === null || wanted.reference === row.reference) &&
    (wanted.createdAfter === null || row.createdAt >= wanted.createdAfter) &&
    (wanted.createdBefore === null || row.createdAt < wanted.createdBefore) &&
    labels.every(([key, value]) => row.labels?.[key] === value)
  );
}
