import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Database } from '../../src/db/connection/database.ts';
import type { RefusedReport } from '../../src/db/reconcile/record-refused.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { CLOSE_STATUSES } from '../../src/domain/status.ts';
import type { ClosedExecution, ReconcileRequest } from '../../src/workflows/gate/contract.ts';
import { fuzzRuns } from '../fuzz/runs.ts';
import { openTestDatabase } from '../support/database.ts';
import { completedReport, insertPending, insertWorkspace, requestOf, statuses } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

/** Gives what was refused beside the answer. */
async function reconcile(request: ReconcileRequest) {
  const refused: RefusedReport[] = [];
  const answer = await reconcileWorkspace(database, request, {
    gateRunId: 'run',
    verifyAfterSeconds: 3600,
    onRefused: (report) => refused.push(report),
  });
  return { answer, refused };
}

async function claimed(workspace: string, count: number): Promise<string[]> {
  await insertWorkspace(database.pool, workspace);
  const ids = await insertPending(database.pool, workspace, count);
  await reconcile(requestOf(workspace));
  return ids;
}

async function row(id: string) {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    `select status, run_id, result, result_omitted_reason, result_omitted_bytes, failure_type, failure_message,
       cancel_delivered_at is not null as delivered, closed_at between clock_timestamp() - interval '10 seconds' and clock_timestamp() as closed_now
     from all_executions where id = $1`,
    [id],
  );
  return rows[0]!;
}

test('a result that Postgres refuses blocks nobody: its row ends without it and says why, and all slots are passed on', async () => {
  const ids = await claimed('result', 8);
  const closed = ids.slice(0, 4).map((id, index) => completedReport(id, index === 2 ? '"a\u0000b"' : '1'));
  const { answer, refused } = await reconcile(requestOf('result', { known: ids.slice(0, 5), closed }));
  assert.deepEqual(await statuses(database.pool, 'result'), {
    completed: [1, 2, 3, 4],
    running: [5, 6, 7, 8],
  });
  assert.deepEqual(
    answer.admitted.map(({ executionId }) => executionId),
    ids.slice(5),
  );
  assert.deepEqual(
    refused.map(({ kind, executionId, isRecorded }) => ({ kind, executionId, isRecorded })),
    [{ kind: 'closed', executionId: ids[2], isRecorded: true }],
  );
  const { result, result_omitted_reason, result_omitted_bytes } = await row(ids[2]!);
  assert.deepEqual([result, result_omitted_reason, result_omitted_bytes], [null, 'not-storable', 5]);
  assert.equal((await row(ids[3]!))['result'], '1');
});

test('ends that are recorded apart from a refused one have events without a gap', async () => {
  const ids = await claimed('numbered', 8);
  const closed = ids.slice(0, 4).map((id, index) => completedReport(id, index === 2 ? '"a\u0000b"' : '1'));
  await reconcile(requestOf('numbered', { known: ids.slice(0, 5), closed }));
  const { rows } = await database.pool.query<{ number: number; kind: string }>(
    `select number::integer, kind from events where workspace_id = 'numbered' order by number`,
  );
  assert.deepEqual(
    rows.map(({ number }) => number),
    rows.map((_, index) => index + 1),
  );
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    [...Array(5).fill('admitted'), ...Array(4).fill('ended'), ...Array(3).fill('admitted')],
  );
});

test('a failure, a run id and a delivered cancellation that Postgres refuses block nobody either', async () => {
  const ids = await claimed('others', 8);
  const failed: ClosedExecution = {
    ...completedReport(ids[0]!),
    outcome: {
      status: 'failed',
      result: null,
      resultOmitted: null,
      failure: { type: 'a\u0000', message: 'b' },
    },
  };
  const { refused } = await reconcile(
    requestOf('others', {
      known: ids.slice(0, 5),
      closed: [failed],
      started: [
        { executionId: ids[1]!, runId: 'a\u0000b' },
        { executionId: ids[2]!, runId: 'run-2' },
      ],
      cancelsDelivered: ['no uuid', ids[3]!],
    }),
  );
  assert.deepEqual(
    refused.map(({ kind, isRecorded }) => [kind, isRecorded]),
    [
      ['started', false],
      ['cancelsDelivered', false],
      ['closed', true],
    ],
  );
  const end = await row(ids[0]!);
  assert.deepEqual([end['status'], end['failure_type']], ['failed', 'NotStorable']);
  assert.match(String(end['failure_message']), /invalid byte sequence/);
  assert.equal((await row(ids[2]!))['run_id'], 'run-2');
  assert.equal((await row(ids[3]!))['delivered'], true);
  assert.deepEqual(await statuses(database.pool, 'others'), {
    failed: [1],
    pending: [7, 8],
    running: [2, 3, 4, 5, 6],
  });
});

test('an end that Sluice declares has the time of Postgres, whatever the clock of the worker says', async () => {
  const [id] = await claimed('declared', 1);
  const closed = [{ ...completedReport(id!), closedAt: '2001-01-01T00:00:00.000Z', declared: true as const }];
  await reconcile(requestOf('declared', { known: [id!], closed }));
  assert.equal((await row(id!))['closed_now'], true);
});

test('whatever a report holds, a reconcile succeeds and the slot is passed on', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\u0000', 'a\u0000b', '\ud800', '{', '', 'x'.repeat(300_000)),
  );
  const failure = fc.option(fc.record({ type: text, message: text }));
  const outcome = fc.record({
    status: fc.constantFrom(...CLOSE_STATUSES),
    result: fc.option(text),
    resultOmitted: fc.option(
      fc.record({
        reason: fc.constantFrom('too-large' as const, 'not-json' as const),
        bytes: fc.oneof(fc.nat(), fc.constantFrom(2 ** 31, -1, 0.5)),
      }),
    ),
    failure,
  });
  const closedAt = fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom('', 'never', '+275760-09-13T00:00:00.000Z'),
  );
  let workspaces = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ outcome, closedAt }), { minLength: 1, maxLength: 5 }),
      async (ends) => {
        const workspace = `fuzz-${++workspaces}`;
        const ids = await claimed(workspace, 10);
        const closed = ends.map((end, index) => ({ executionId: ids[index]!, ...end }));
        const started = ids.slice(0, 5).map((executionId, index) => ({
          executionId,
          runId: closed[index]?.outcome.result ?? 'run',
        }));
        const { answer, refused } = await reconcile(
          requestOf(workspace, { known: ids.slice(0, 5), closed, started }),
        );
        assert.equal(answer.admitted.length, ends.length, 'the slots are passed on');
        assert.ok(refused.every(({ kind, isRecorded }) => kind === 'started' || isRecorded));
        for (const [index, { outcome: reported }] of ends.entries())
          assert.equal((await row(ids[index]!))['status'], reported.status);
      },
    ),
    fuzzRuns(60),
  );
});
