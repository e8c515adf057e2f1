import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { inOwnSchema } from '../../src/db/connection/own-schema.ts';
import { type AcceptedAnswer, auditDeployment } from '../../src/audit/audit-deployment.ts';
import { inTransactionOn } from '../../src/db/connection/on-client.ts';
import { LEAF_PARENTS, leafAt } from '../../src/db/partitions/grid.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

/** What an operator of Postgres does with its own means, while executions are accepted, admitted and recorded. */
let world: World;
let dba: pg.Client;
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '2' });
  dba = new pg.Client({ ...inOwnSchema(world.config.DATABASE_URL), application_name: 'a DBA' });
  await dba.connect();
});
after(async () => {
  await dba.end();
  await world.stop();
});

const CALLERS = 2;

/** Of the workspace, that have ended before the act, and that are accepted after it. */
const EXECUTIONS = 20;

/** A gate's longest wait for Postgres after some seconds, and the admissions behind it. */
const DRAINED_WITHIN_MS = 60_000;

const leafOfNow = (parent: string) =>
  leafAt(
    LEAF_PARENTS.find(({ name }) => name === parent)!,
    new Date(),
  ).name;

/**
 * Has callers enqueue, each request with a key and until it is answered with an execution, from before `act` until after it, and waits until all
 * have ended. A 503 is repeated; no other refusal is right.
 */
async function underLoad(workspace: string, act: () => Promise<unknown>): Promise<AcceptedAnswer[]> {
  await world.sluice.workspaces.put(workspace, { tier: 'pro' });
  const accepted: AcceptedAnswer[] = [];
  const refused: string[] = [];
  let goesOn = true;
  const enqueue = async (key: string): Promise<void> => {
    const { status, body, text } = await world.call<ExecutionBody>(
      'POST',
      `/v1/workspaces/${workspace}/executions`,
      { workflowType: 'echo', input: key },
      { 'idempotency-key': key },
    );
    if (status !== 200 && status !== 202 && status !== 503) refused.push(text);
    assert.ok(status === 200 || status === 202, text);
    const at = new Date().toISOString();
    accepted.push({ workspaceId: workspace, executionId: body.id, seq: body.seq!, key, status, at });
  };
  const call = async (caller: number) => {
    for (let n = 0; goesOn; n++) await eventually(() => enqueue(`${caller}-${n}`), DRAINED_WITHIN_MS);
  };
  const callers = Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)));
  try {
    await eventually(async () => assert.ok((await world.seqs(workspace, 'completed')).length >= EXECUTIONS));
    await act();
    const { length } = accepted;
    await eventually(() => assert.ok(accepted.length >= length + EXECUTIONS), DRAINED_WITHIN_MS);
  } finally {
    goesOn = false;
    await callers;
  }
  assert.deepEqual(refused, []);
  await eventuallyEqual(
    async () => [await world.seqs(workspace, 'pending'), await world.seqs(workspace, 'running')],
    [[], []],
    DRAINED_WITHIN_MS,
  );
  return accepted;
}

async function assertNothingLost(accepted: readonly AcceptedAnswer[]): Promise<void> {
  const workspace = accepted[0]!.workspaceId;
  await eventuallyEqual(async () => {
    const report = await auditDeployment({
      database: world.database,
      client: world.client,
      workspaces: [workspace],
      accepted,
      graceSeconds: 24,
      maxIdleSlotSeconds: 20,
    });
    return report.ok ? null : JSON.stringify(report);
  }, null);
}

test('a partition that is detached by hand while rows go into it is attached again, and no row is missing', async () => {
  const accepted = await underLoad('detached', async () => {
    for (const parent of ['ended_executions_30', 'payloads_30', 'events'])
      await dba.query(`alter table ${parent} detach partition ${leafOfNow(parent)}`);
  });
  await assertNothingLost(accepted);
});

test('a concurrent detach by hand that is broken off, of a partition that rows go into, stops no workspace', async () => {
  const reader = new pg.Client({ ...inOwnSchema(world.config.DATABASE_URL) });
  await reader.connect();
  const accepted = await underLoad('half-detached', async () => {
    await reader.query('begin isolation level repeatable read');
    await reader.query('select count(*) from ended_executions');
    await reader.query('select count(*) from payloads');
    await reader.query('select count(*) from events');
    await dba.query(`set statement_timeout = '1s'`);
    for (const parent of ['ended_executions_30', 'payloads_30', 'events'])
      await assert.rejects(
        dba.query(`alter table ${parent} detach partition ${leafOfNow(parent)} concurrently`),
        { code: '57014' },
      );
    await dba.query(`set statement_timeout = 0`);
    await reader.query('commit');
  });
  await reader.end();
  await assertNothingLost(accepted);
});

test('tables that are rewritten under load delay it, and lose nothing', async () => {
  const accepted = await underLoad('rewritten', async () => {
    for (const table of [
      'executions',
      'workspaces',
      'ended_executions',
      'payloads',
      'events',
      'tiers',
      'deployment',
    ])
      await dba.query(`vacuum full ${table}`);
    for (const table of ['executions', 'workspaces'])
      await eventually(() => dba.query(`reindex table ${table}`));
    await dba.query('cluster executions using executions_pkey');
  });
  await assertNothingLost(accepted);
});

test('sessions that are terminated in the middle of their work cost time, and lose nothing', async () => {
  const accepted = await underLoad('terminated', async () => {
    const endMs = performance.now() + 5_000;
    while (performance.now() < endMs) {
      await dba.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and state <> 'idle'
         order by random() limit 1`,
      );
      await delay(20);
    }
  });
  await assertNothingLost(accepted);
});

/** Returns the executions that had ended. */
async function dropToday(): Promise<Set<string>> {
  return await inTransactionOn(dba, async () => {
    await dba.query('lock table ended_executions_30, payloads_30, events');
    const { rows } = await dba.query<{ id: string }>('select id from ended_executions_30');
    for (const parent of ['ended_executions_30', 'payloads_30', 'events'])
      await dba.query(`drop table ${leafOfNow(parent)}`);
    return new Set(rows.map(({ id }) => id));
  });
}

test('partitions that are dropped by hand take what had gone into them, and nothing else', async () => {
  let ended: ReadonlySet<string> = new Set();
  const accepted = await underLoad('dropped', async () => {
    ended = await eventually(dropToday);
  });
  assert.ok(ended.size > 0);
  for (const { executionId } of accepted) {
    const { status, body } = await world.call<ExecutionBody>(
      'GET',
      `/v1/workspaces/dropped/executions/${executionId}`,
    );
    if (ended.has(executionId)) assert.equal(status, 404);
    else if (body.status === 'failed') assert.equal(body.failure?.type, 'InputLost', JSON.stringify(body));
    else assert.equal(body.status, 'completed', JSON.stringify(body));
  }
  const report = await auditDeployment({
    database: world.database,
    client: world.client,
    workspaces: ['dropped'],
  });
  const breached = report.checks.filter(({ breaches }) => breaches.length > 0);
  assert.ok(
    breached.some(({ invariant }) => invariant === 'DURABLE'),
    'the audit names the rows that are gone',
  );
});
