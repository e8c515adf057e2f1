import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { BatchRefusedError } from '../../src/domain/refusals.ts';
import { createEnqueue } from '../../src/enqueue/enqueue.ts';
import { enqueueExecutions } from '../../src/enqueue/enqueue-executions.ts';
import type { EnqueueAnswer } from '../../src/enqueue/enqueue-outcome.ts';
import type { Asked } from '../../src/enqueue/place-requests.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { accepted, enqueueRequest } from '../support/enqueue.ts';
import { insertWorkspace, setTier, statuses } from '../support/rows.ts';

let testDatabase: TestDatabase;
let databases: Database[];
/** Of as many API processes. */
let processes: ReturnType<typeof createEnqueue>[];

before(async () => {
  testDatabase = await createTestDatabase();
  databases = [1, 2].map(() =>
    openDatabase({
      url: testDatabase.url,
      poolSize: 6,
      applicationName: 'test',
      lockTimeoutMs: 20_000,
      statementTimeoutMs: 30_000,
      onError: () => {},
    }),
  );
  processes = databases.map((database) =>
    createEnqueue({ database, maxInputBytes: 1_000, maxHeldBytes: 1_000_000 }),
  );
});
after(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await testDatabase.drop();
});

const pool = () => databases[0]!.pool;
const rules = { maxInputBytes: 1_000, knownWorkflowTypes: null };

const shown = (answer: EnqueueAnswer) =>
  answer.kind === 'refused' ? answer.error.name : `${answer.kind} ${answer.execution.seq}`;

type Key = 'a' | 'b' | 'c' | null;

/** What a caller sends, as keys: each item has one, or none. */
interface Sent {
  readonly keys: readonly Key[];
  readonly kind: 'single' | 'batch' | 'atomic';
  readonly process: number;
}

const key = fc.constantFrom<Key[]>('a', 'b', 'c', null, null, null);
const sent: fc.Arbitrary<Sent> = fc.oneof(
  fc.record({ keys: fc.tuple(key), kind: fc.constant('single' as const), process: fc.nat({ max: 1 }) }),
  fc.record({
    keys: fc.array(key, { minLength: 1, maxLength: 12 }),
    kind: fc.constantFrom('batch' as const, 'atomic' as const),
    process: fc.nat({ max: 1 }),
  }),
);

async function ask(workspaceId: string, { keys, kind, process }: Sent): Promise<readonly EnqueueAnswer[]> {
  const requests = keys.map((idempotencyKey) =>
    // The content is the key's own, but that of c differs from caller to caller.
    enqueueRequest({
      workspaceId,
      idempotencyKey,
      input: idempotencyKey === 'c' ? kind.length.toString() : '1',
    }),
  );
  const { enqueue, enqueueBatch } = processes[process]!;
  if (kind === 'single') return [await enqueue(requests[0]!)];
  return await enqueueBatch({ workspaceId, requests, isAtomic: kind === 'atomic' }).catch(
    (error: unknown) => {
      assert.ok(error instanceof BatchRefusedError);
      return [];
    },
  );
}

test('whatever singles and batches come at once, numbers have no gap, those of a batch are consecutive, and an atomic one is whole or nothing', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 8 }), async (all) => {
      const workspaceId = `mixed-${++runs}`;
      await insertWorkspace(pool(), workspaceId);
      await setTier(pool(), 'pro', { maxPending: 20 });
      const answers = await Promise.all(all.map((one) => ask(workspaceId, one)));
      const placed = answers.map((of) =>
        of.flatMap((answer) => (answer.kind === 'placed' ? [answer.execution.seq!] : [])),
      );
      const numbers = placed.flat().sort((a, b) => a - b);
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => index + 1),
        'no gap',
      );
      assert.deepEqual((await statuses(pool(), workspaceId))['pending'] ?? [], numbers, 'each has its row');
      for (const [index, of] of placed.entries()) {
        assert.deepEqual(
          of,
          of.map((_, nth) => of[0]! + nth),
          'consecutive, and in the order of the items',
        );
        if (all[index]!.kind === 'atomic')
          assert.ok(
            answers[index]!.every(({ kind }) => kind !== 'refused'),
            'whole or nothing',
          );
      }
      const { rows } = await pool().query(
        `select w.pending, w.pending_bytes::integer as bytes, w.last_seq::integer as "lastSeq", w.last_event::integer as "lastEvent",
           (select count(*)::integer from events where workspace_id = w.id) as events
         from workspaces w where w.id = $1`,
        [workspaceId],
      );
      const count = numbers.length;
      assert.deepEqual(rows, [
        { pending: count, bytes: count, lastSeq: count, lastEvent: count, events: count },
      ]);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 40), seed: Number(process.env['FUZZ_SEED'] ?? 20261128) },
  );
});

test('a row that Postgres itself refuses takes its batch with it, and nothing else of the group', async () => {
  await insertWorkspace(pool(), 'nul');
  const batchOf = (isAtomic: boolean, types: readonly string[]): Asked[] => {
    const batch = { size: types.length, isAtomic };
    return types.map((workflowType) => ({
      request: enqueueRequest({ workspaceId: 'nul', workflowType }),
      rules,
      batch,
    }));
  };
  const outcomes = await enqueueExecutions(
    databases[0]!,
    [
      { request: enqueueRequest({ workspaceId: 'nul' }), rules },
      ...batchOf(true, ['a', 'b\u0000']),
      ...batchOf(false, ['c', 'd']),
    ],
    'skip',
  );
  assert.deepEqual(
    [0, 3, 4].map((index) => shown(accepted(outcomes[index]!))),
    ['placed 1', 'placed 2', 'placed 3'],
  );
  for (const index of [1, 2]) assert.throws(() => accepted(outcomes[index]!), /invalid byte sequence/);
  assert.deepEqual(await statuses(pool(), 'nul'), { pending: [1, 2, 3] });
});

test('a failure that says nothing of an item fails the batch as a whole, so that it is not taken for refused', async () => {
  await insertWorkspace(pool(), 'fails');
  const requests = [
    enqueueRequest({ workspaceId: 'fails', workflowType: 'a\u0000' }),
    enqueueRequest({ workspaceId: 'fails' }),
  ];
  for (const isAtomic of [true, false])
    await assert.rejects(
      processes[0]!.enqueueBatch({ workspaceId: 'fails', requests, isAtomic }),
      /invalid byte sequence/,
    );
  assert.deepEqual(await statuses(pool(), 'fails'), {});
});

test('a key of a refused atomic batch is free for whoever comes next in the same group', async () => {
  await insertWorkspace(pool(), 'free');
  const request = (workflowType: string) =>
    enqueueRequest({ workspaceId: 'free', workflowType, idempotencyKey: 'k' });
  const batch = { size: 2, isAtomic: true };
  const outcomes = await enqueueExecutions(
    databases[0]!,
    [
      { request: request('t'), rules, batch },
      { request: request('other'), rules, batch },
      { request: request('t'), rules },
    ],
    'skip',
  );
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.kind === 'held' ? 'held' : shown(outcome))),
    ['LeftOutOfBatchError', 'IdempotencyKeyReusedError', 'placed 1'],
  );
});
