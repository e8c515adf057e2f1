import assert from 'node:assert/strict';
import { movedColumns } from '../../src/db/executions/execution-row.ts';
import { endRows } from '../support/rows.ts';
import { after, before, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { type AcceptedAnswer, auditDeployment, type AuditReport } from '../../src/audit/audit-deployment.ts';
import { printReport } from '../../src/audit/report/print-report.ts';
import { deploymentId } from '../../src/db/installation/deployment.ts';
import { executionWorkflowId, workspaceQueue } from '../../src/domain/names.ts';
import { signalGate } from '../../src/temporal/gates/signal-gate.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { insertIntoInbox } from '../support/inbox.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

/** Bounds that faults of these tests stay within, and planted breaches do not. */
const GRACE_SECONDS = 60;
const MAX_IDLE_SLOT_SECONDS = 60;

let world: World;
let workspace: string;
let executions: ExecutionBody[];
let accepted: AcceptedAnswer[];

before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '1' });
  ({ workspace, executions, accepted } = await liveThroughEverything());
});
after(() => world.stop());

const child = ({ id }: { id: string }) => world.client.workflow.getHandle(executionWorkflowId(id));
const query = (statement: string, values: unknown[] = []) => world.database.pool.query(statement, values);

async function audit(options: Partial<Parameters<typeof auditDeployment>[0]> = {}): Promise<AuditReport> {
  return await auditDeployment({
    database: world.database,
    client: world.client,
    graceSeconds: GRACE_SECONDS,
    maxIdleSlotSeconds: MAX_IDLE_SLOT_SECONDS,
    ...options,
  });
}

/** What each broken invariant names, for reports that are to be compared. */
function broken(report: AuditReport): Record<string, string[]> {
  return Object.fromEntries(
    report.checks
      .filter(({ breaches }) => breaches.length > 0)
      .map(({ invariant, breaches }) => [invariant, breaches.map((breach) => breach.what)]),
  );
}

/** The report does not hold that invariant, and names the execution. */
function assertCaught(report: AuditReport, invariant: string, named: string): void {
  assert.equal(report.ok, false);
  const whats = broken(report)[invariant] ?? [];
  assert.ok(
    whats.some((what) => what.includes(named)),
    `${invariant} does not name ${named}: ${JSON.stringify(broken(report), null, 2)}`,
  );
}

/**
 * Thirty executions of one workspace with all that is allowed to happen to them: raised and lowered limits, cancellations in the queue
 * and running, a termination, a gate that dies, a continue-as-new, resets of a running and of an ended execution.
 */
async function liveThroughEverything() {
  const id = await world.workspace();
  const log: AcceptedAnswer[] = [];
  const all: ExecutionBody[] = [];
  for (let n = 1; n <= 30; n++) {
    const key = `key-${n}`;
    const body = { workflowType: 'untilTold', input: { n } };
    for (const status of [202, 200] as const) {
      const answer = await world.call<ExecutionBody>('POST', `/v1/workspaces/${id}/executions`, body, {
        'idempotency-key': key,
      });
      assert.equal(answer.status, status);
      const { id: executionId, seq } = answer.body;
      log.push({ workspaceId: id, executionId, seq: seq!, key, status, at: new Date().toISOString() });
      if (status === 202) all.push(answer.body);
    }
  }
  const cancel = (execution: ExecutionBody) =>
    world.call('POST', `/v1/workspaces/${id}/executions/${execution.id}/cancel`);
  const resize = (limitOverride: number | null) =>
    world.call('PATCH', `/v1/workspaces/${id}`, { limitOverride });
  const running = () => world.seqs(id, 'running');

  await eventuallyEqual(running, [1, 2, 3, 4, 5]);
  await cancel(all[19]!);
  await resize(8);
  await eventuallyEqual(running, [1, 2, 3, 4, 5, 6, 7, 8]);
  await world.gate(id).terminate('by the test');
  await resize(3);
  for (const execution of all.slice(0, 8))
    await eventually(async () => assert.ok((await child(execution).describe()).historyLength > 3));
  await child(all[0]!).terminate('by the test');
  await cancel(all[1]!);
  await child(all[2]!).signal('fail', 'as told');
  await child(all[3]!).signal('moveOn');
  await eventually(async () => {
    const { runId, raw } = await child(all[3]!).describe();
    assert.notEqual(runId, raw.workflowExecutionInfo?.firstRunId);
  });
  await reset(all[4]!);
  for (const execution of all.slice(3, 8)) await world.finish(execution.id, execution.seq);
  await resize(null);
  const left = all.slice(8).filter((execution) => execution !== all[19]);
  for (const execution of left) await world.finish(execution.id);
  await eventually(async () =>
    assert.deepEqual([await running(), await world.seqs(id, 'pending')], [[], []]),
  );
  await eventuallyEqual(() => startTimesUnknown(id), 0);
  await reset(all[29]!);
  // The signal that told it to end is applied again by the server.
  await eventually(async () => assert.equal((await child(all[29]!).describe()).status.name, 'COMPLETED'));
  return { workspace: id, executions: all, accepted: log };
}

async function startTimesUnknown(workspaceId: string): Promise<number> {
  const { rows } = await query(
    'select count(*)::integer as n from all_executions where workspace_id = $1 and admitted_at is not null and started_at is null',
    [workspaceId],
  );
  return (rows[0] as { n: number }).n;
}

/** To its beginning, as soon as it has begun. */
async function reset(execution: ExecutionBody): Promise<void> {
  const { runId } = await child(execution).describe();
  const firstTask = await eventually(async () => {
    const { events } = await child(execution).fetchHistory();
    const completed = events?.find((event) => event.workflowTaskCompletedEventAttributes);
    return completed!.workflowTaskCompletedEventAttributes!.startedEventId!;
  });
  await world.client.workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId: executionWorkflowId(execution.id), runId },
    reason: 'by the test',
    workflowTaskFinishEventId: firstTask,
    requestId: `reset-${runId}`,
  });
}

/** Runs an audit while a statement's change stands, and takes it back. */
async function auditWith(change: string, values: unknown[], back: string): Promise<AuditReport> {
  const { rows } = await query(change, values);
  assert.ok(rows.length > 0, 'something was planted');
  try {
    return await audit({ accepted });
  } finally {
    await query(back, [JSON.stringify(rows)]);
  }
}

test('a workspace that has lived through everything breaches nothing; the reset of an ended execution is noted', async () => {
  const report = await audit({ accepted });
  assert.deepEqual(broken(report), {});
  assert.equal(report.ok, true);
  assert.equal(report.executions, 30);
  assert.deepEqual(
    report.notes.map(({ kind, executionIds }) => [kind, executionIds]),
    [['operator-reset', [executions[29]!.id]]],
  );
  const measured = Object.fromEntries(report.checks.map((check) => [check.invariant, check.measured]));
  assert.match(measured['CAP']!, /29 open intervals; at most 8 open at once, under a limit of 8/);
  assert.match(measured['ONCE']!, /29 workflows, 3 further runs/);
  assert.match(measured['OUTCOME']!, /29 ends compared/);
  assert.match(measured['DURABLE']!, /30 rows; 60 answers/);
  const lines: string[] = [];
  printReport(report, (line) => lines.push(line));
  assert.match(lines.join('\n'), /^CAP +0 {2}29 open intervals/m);
  assert.equal(lines.at(-1), 'No breach.');
});

test('rows of one claim carry one stamp, so that FIFO can be judged by it', async () => {
  // The raise from five to eight let these three in at once.
  const { rows } = await query(
    'select distinct admitted_at::text from all_executions where workspace_id = $1 and seq in (6, 7, 8)',
    [workspace],
  );
  assert.equal(rows.length, 1);
});

test('planted OUTCOME: a row that says failed where Temporal says completed, and one with another result', async () => {
  const { id } = executions[10]!;
  const status = await auditWith(
    `update ended_executions set status = 'failed' where id = $1 returning id`,
    [id],
    `update ended_executions e set status = 'completed' from json_to_recordset($1) as was (id uuid) where e.id = was.id`,
  );
  assertCaught(status, 'OUTCOME', id);
  const result = await auditWith(
    `update payloads set data = '"other"' where execution_id = $1 and kind = 'result' returning execution_id as id, '{"n":11}' as result`,
    [id],
    `update payloads set data = convert_to(was.result, 'UTF8') from json_to_recordset($1) as was (id uuid, result text)
     where execution_id = was.id and kind = 'result'`,
  );
  assertCaught(result, 'OUTCOME', id);
});

test("planted DURABLE: a deleted row is missed by its seq and by the client's log", async () => {
  const { id } = executions[12]!;
  const report = await auditWith(
    'delete from ended_executions e where id = $1 returning to_json(e) as row',
    [id],
    `insert into ended_executions
     select was.* from json_array_elements($1) as one, json_populate_record(null::ended_executions, one -> 'row') as was`,
  );
  assertCaught(report, 'DURABLE', 'seq 13 was given out and has no row');
  assertCaught(report, 'DURABLE', `${id} was answered with 202`);
  assertCaught(report, 'DURABLE', `${id} was answered with 200`);
  assertCaught(report, 'ONCE', `there is no row ${id}`);
});

test("planted DURABLE: an answer in the client's log that no row stands for, also of a workspace that is not there", async () => {
  const [lost, elsewhere] = [uuidv7(), uuidv7()];
  const answers = [
    { ...accepted[0]!, executionId: lost },
    { ...accepted[0]!, executionId: elsewhere, workspaceId: 'never-made' },
  ];
  const report = await audit({ accepted: answers });
  assertCaught(report, 'DURABLE', lost);
  assertCaught(report, 'DURABLE', elsewhere);
});

test('planted FIFO: a row that was admitted before the one in front of it', async () => {
  const { id } = executions[14]!;
  const report = await auditWith(
    `update ended_executions e set admitted_at = e.admitted_at - interval '1 hour' from all_executions was
     where e.id = $1 and was.id = e.id returning was.id, was.admitted_at::text`,
    [id],
    `update ended_executions e set admitted_at = was.admitted_at from json_to_recordset($1) as was (id uuid, admitted_at timestamptz)
     where e.id = was.id`,
  );
  assertCaught(report, 'FIFO', id);
});

test('planted COUNTERS: a counter that is wrong', async () => {
  // A reconcile, of a sweep or a late wake, would put the counter right.
  await world.stopWorker();
  const report = await auditWith(
    'update workspaces set pending = pending + 1 where id = $1 returning id',
    [workspace],
    'update workspaces set pending = pending - 1 from json_to_recordset($1) as was (id text) where workspaces.id = was.id',
  );
  await world.startWorker();
  assertCaught(report, 'COUNTERS', `${workspace}: its row counts 1 pending, and 0 rows are`);
});

const BACK_TO_LIMIT_CHANGES =
  'insert into limit_changes select * from json_populate_recordset(null::limit_changes, $1)';

test('planted: a recorded limit that is lost breaks COUNTERS at the end of the record, and CAP anywhere in it', async () => {
  const last = await auditWith(
    'delete from limit_changes where id = (select max(id) from limit_changes where workspace_id = $1) returning *',
    [workspace],
    BACK_TO_LIMIT_CHANGES,
  );
  assertCaught(last, 'COUNTERS', workspace);
  const raise = await auditWith(
    'delete from limit_changes where workspace_id = $1 and "limit" = 8 returning *',
    [workspace],
    BACK_TO_LIMIT_CHANGES,
  );
  assertCaught(raise, 'CAP', `${executions[5]!.id} (seq 6) was open`);
  const first = await auditWith(
    'delete from limit_changes where id = (select min(id) from limit_changes where workspace_id = $1) returning *',
    [workspace],
    BACK_TO_LIMIT_CHANGES,
  );
  assertCaught(first, 'CAP', 'no limit is recorded');
});

test('planted LEAK: a row that holds a slot though its workflow has ended', async () => {
  const { id } = executions[16]!;
  await query(
    `with back as (delete from ended_executions where id = $1 returning *)
     insert into executions (${movedColumns()}, status) select ${movedColumns('back')}, 'running' from back`,
    [id],
  );
  const report = await audit({ graceSeconds: 0 });
  await endRows(world.database.pool, [id]);
  assertCaught(report, 'LEAK', id);
  assertCaught(report, 'COUNTERS', 'counts 0 running, and 1 rows are');
});

test('planted WORK-CONSERVING: a row that has waited for ten minutes beside free slots', async () => {
  const idle = await world.workspace();
  await query(
    `update limit_changes set changed_at = changed_at - interval '11 minutes' where workspace_id = $1`,
    [idle],
  );
  const execution = await world.enqueue(idle, 'nothing');
  await eventuallyEqual(() => world.seqs(idle, 'completed'), [1]);
  await query(`update ended_executions set created_at = created_at - interval '10 minutes' where id = $1`, [
    execution.id,
  ]);
  const report = await audit({ workspaces: [idle] });
  assertCaught(report, 'WORK-CONSERVING', execution.id);
  // The row's new time is not its event's.
  assert.deepEqual(Object.keys(broken(report)), ['WORK-CONSERVING', 'EVENTS']);
});

test('planted CAP: a sixth execution that was let in at a limit of five, as Temporal itself saw it', async () => {
  const full = await world.workspace();
  for (let n = 0; n < 5; n++) await world.enqueue(full, 'untilTold');
  await eventuallyEqual(() => world.seqs(full, 'running'), [1, 2, 3, 4, 5]);
  assert.deepEqual(broken(await audit({ workspaces: [full] })), {});

  const sixth = uuidv7();
  await query(
    `with w as (update workspaces set last_seq = 6, running = 6 where id = $1)
     insert into executions (id, workspace_id, seq, status, workflow_type, admitted_at)
     values ($2, $1, 6, 'running', 'untilTold', clock_timestamp())`,
    [full, sixth],
  );
  await signalGate(world.client, full, 'wake');
  await eventually(() => child({ id: sixth }).describe());
  const report = await audit({ workspaces: [full] });
  assertCaught(report, 'CAP', `${sixth} (seq 6) was open`);
  // Nothing has told of the planted row.
  assert.deepEqual(Object.keys(broken(report)), ['CAP', 'EVENTS']);
});

test('what transactions asked for breaches nothing, whatever became of it; what nobody sequences is DURABLE', async () => {
  const asked = await world.workspace();
  const { pool } = world.database;
  const log: AcceptedAnswer[] = [];
  for (const input of ['{"order":1}', '{"order":1}', '{"order":2}']) {
    const request = { workflowType: 'nothing', idempotencyKey: 'order', input };
    const executionId = await insertIntoInbox(pool, asked, request);
    const at = new Date().toISOString();
    log.push({ workspaceId: asked, executionId, key: 'order', status: 'committed', at });
  }
  await eventuallyEqual(() => world.seqs(asked, 'completed'), [1]);
  await eventually(async () => {
    const { rows } = await query(
      'select id, status from all_executions where workspace_id = $1 order by id',
      [asked],
    );
    assert.deepEqual(rows, [
      { id: log[0]!.executionId, status: 'completed' },
      { id: log[2]!.executionId, status: 'rejected' },
    ]);
  });
  await eventuallyEqual(() => startTimesUnknown(asked), 0);
  const rolledBack = { ...log[0]!, executionId: uuidv7(), status: 'rolled-back' as const };
  const report = await audit({ workspaces: [asked], accepted: [...log, rolledBack] });
  assert.deepEqual(broken(report), {});
  const lost = { ...log[0]!, executionId: uuidv7() };
  assertCaught(
    await audit({ workspaces: [asked], accepted: [lost] }),
    'DURABLE',
    `${lost.executionId} was committed`,
  );

  const holder = await pool.connect();
  try {
    await holder.query('begin');
    await holder.query('select from workspaces where id = $1 for update', [asked]);
    const stuck = await insertIntoInbox(pool, asked, { workflowType: 'nothing' });
    await query(`update inbox set at = at - interval '1 hour' where id = $1`, [stuck]);
    const late = await audit({ workspaces: [asked], maxIdleSlotSeconds: 2 });
    assertCaught(late, 'DURABLE', stuck);
    assert.deepEqual(Object.keys(broken(late)), ['DURABLE']);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
});

test('planted ONCE: a workflow with our memo and no row, and one that was started a second time', async () => {
  const deployment = await deploymentId(world.database.db);
  const memoOf = (sluiceExecution: string) => ({
    sluiceDeployment: deployment,
    sluiceWorkspace: workspace,
    sluiceExecution,
  });
  const rowless = uuidv7();
  const [twice] = executions.slice(17);
  for (const id of [rowless, twice!.id]) {
    await world.client.workflow.start('untilTold', {
      workflowId: executionWorkflowId(id),
      taskQueue: workspaceQueue(workspace),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      memo: memoOf(id),
    });
    await world.finish(id);
  }
  await eventually(async () => assertCaught(await audit(), 'ONCE', `there is no row ${rowless}`));
  assertCaught(await audit(), 'ONCE', `${twice!.id} (seq 18) was started 2 times`);
});
