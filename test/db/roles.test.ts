import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import { openDatabase } from '../../src/db/connection/database.ts';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { DAY_MS, LEAF_PARENTS } from '../../src/db/partitions/grid.ts';
import { makePartitionsOf } from '../../src/db/partitions/make-partitions.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { RETENTION_SCHEDULE_ID } from '../../src/domain/names.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { createLog } from '../../src/process/log.ts';
import { startWorker } from '../../src/worker/start-worker.ts';
import type { RetentionReport } from '../../src/workflows/retention/contract.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { type World, startWorld } from '../support/world.ts';

const ROLES = ['sluice_owner', 'sluice_app', 'sluice_reader'] as const;
type Role = (typeof ROLES)[number];

let testDatabase: TestDatabase;
let world: World;

before(async () => {
  testDatabase = await createEmptyDatabase();
  const [roles, rights, again] = statementsOfPage();
  // The test's database stands for the one that the page makes.
  const name = new URL(testDatabase.url).pathname.slice(1);
  const inDatabase = roles!
    .replace('create database sluice owner', `alter database ${name} owner to`)
    .replaceAll('on database sluice', `on database ${name}`);
  await asSuperuser(...inDatabase.split(';'), ...rights!.split(';'));
  await migrateDatabase(urlOf('sluice_owner'), DEFAULT_TIER_CONFIGS, () => {});
  await asSuperuser(...again!.split(';'));
  const way = (role: Role) => ({
    databaseUrl: urlOf(role),
    temporalAddress: process.env['TEMPORAL_ADDRESS']!,
  });
  world = await startWorld(
    import.meta.url,
    {},
    { databaseUrl: testDatabase.url, api: way('sluice_app'), worker: way('sluice_owner') },
  );
});
after(async () => {
  await world?.stop();
  await asSuperuser(...ROLES.map((role) => `reassign owned by ${role} to postgres`));
  await asSuperuser(...ROLES.map((role) => `drop owned by ${role}`));
  await asSuperuser(...ROLES.map((role) => `drop role ${role}`));
  await testDatabase.drop();
});

/** The SQL of the section on roles, as docs/postgres.md has it. */
function statementsOfPage(): string[] {
  const page = readFileSync(join(REPOSITORY, 'docs/postgres.md'), 'utf8');
  const section = /\n## Roles\n(.*?)\n## /s.exec(`${page}\n## `)![1]!;
  return [...section.matchAll(/```sql\n(.*?)```/gs)].map((match) => match[1]!);
}

const asSuperuser = (...statements: readonly string[]) =>
  onServer(testDatabase.url, async (client) => {
    for (const statement of statements) await client.query(statement);
  });

function urlOf(role: Role): string {
  const password = `${role.replace('sluice_', '')}-password`;
  return Object.assign(new URL(testDatabase.url), { username: role, password }).toString();
}

async function asRole<T>(role: Role, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return await onServer(urlOf(role), work);
}

const ended = (workspace: string) =>
  eventually(async () => {
    assert.deepEqual(await world.seqs(workspace, 'pending'), []);
    assert.deepEqual(await world.seqs(workspace, 'running'), []);
  });

/** A partition whose days are long past. */
async function makeDue(): Promise<void> {
  const moment = new Date(Date.now() - 60 * DAY_MS);
  const owner = openDatabase({
    url: urlOf('sluice_owner'),
    poolSize: 1,
    applicationName: 'test',
    onError: () => {},
  });
  await makePartitionsOf(owner, { also: { parent: 'ended_executions_7', moment } });
  await owner.close();
}

async function runRetention(): Promise<RetentionReport> {
  const schedule = world.client.schedule.getHandle(RETENTION_SCHEDULE_ID);
  const before = await eventually(async () => (await schedule.describe()).info.numActionsTaken);
  await schedule.trigger();
  const { workflow } = await eventually(async () => {
    const { info } = await schedule.describe();
    assert.ok(info.numActionsTaken > before);
    return info.recentActions.at(-1)!.action;
  });
  const run = world.client.workflow.getHandle(workflow.workflowId, workflow.firstExecutionRunId);
  return (await run.result()) as RetentionReport;
}

test('with the roles of docs/postgres.md the API does all that it does, and its role can change no table', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const running = await world.enqueue(workspace, 'untilTold', 'an input');
  const [pending, last] = [
    await world.enqueue(workspace, 'nothing'),
    await world.enqueue(workspace, 'echo', 'x'),
  ];
  const path = `/v1/workspaces/${workspace}`;
  const { name: _name, updatedAt: _updatedAt, ...tier } = (await world.call('GET', '/v1/tiers/pro')).body;
  for (const [method, of, body] of [
    ['PUT', '/v1/tiers/pro', { ...tier, limit: 4 }],
    ['PATCH', path, { limitOverride: null }],
    ['GET', path],
    ['GET', '/v1/workspaces'],
    ['GET', `${path}/gate`],
    ['GET', `${path}/executions`],
    ['POST', `${path}/executions/${pending.id}/cancel`],
    ['GET', '/metrics'],
    ['GET', '/health/ready'],
  ] as const) {
    const response = await fetch(`${world.apiUrl}${of}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${of}: ${response.status} ${text}`);
  }
  await world.finish(running.id);
  await ended(workspace);
  const deleted = await world.call('DELETE', `${path}/executions/${last.id}/payloads`);
  assert.equal(deleted.status, 200, deleted.text);
  await asRole('sluice_app', async (client) => {
    for (const statement of [
      'drop table executions',
      'truncate executions',
      'alter table executions drop column status',
      'create table mine (id integer)',
      'create schema mine',
    ])
      await assert.rejects(client.query(statement), { code: '42501' }, statement);
  });
});

test('the audit runs as a role that can only read', async () => {
  const workspace = await world.workspace();
  await world.enqueue(workspace, 'echo', 1);
  await ended(workspace);
  const reader = openDatabase({
    url: urlOf('sluice_reader'),
    poolSize: 1,
    applicationName: 'test',
    onError: () => {},
  });
  try {
    await eventually(async () => {
      const report = await auditDeployment({
        database: reader,
        client: world.client,
        workspaces: [workspace],
      });
      assert.ok(report.ok, JSON.stringify(report));
    });
    await assert.rejects(reader.pool.query('delete from executions'), { code: '42501' });
  } finally {
    await reader.close();
  }
});

test('without a partition for its rows the API, whose role makes none, refuses requests for now, and goes on once the owner has made it', async () => {
  const workspace = await world.workspace();
  const path = `/v1/workspaces/${workspace}/executions`;
  await world.stopWorker();
  await asRole('sluice_owner', async (client) => {
    for (const { name } of LEAF_PARENTS) {
      const { rows } = await client.query<{ leaf: string }>(
        `select inhrelid::regclass::text as leaf from pg_inherits where inhparent = $1::regclass`,
        [name],
      );
      for (const { leaf } of rows) await client.query(`drop table ${leaf}`);
    }
  });
  const refused = await world.call('POST', path, { workflowType: 'nothing' });
  assert.deepEqual(
    [refused.status, refused.body['type'], refused.headers.has('retry-after')],
    [503, 'urn:sluice:problem:database-unavailable', true],
  );
  await world.startWorker();
  assert.equal((await world.call('POST', path, { workflowType: 'nothing' })).status, 202);
  await ended(workspace);
});

test('a worker as the application role records executions, and says what it cannot do; as the owner it drops what is due', async () => {
  await world.stopWorker();
  await makeDue();
  const lines: { msg: string; error?: { message?: string } }[] = [];
  const log = createLog({
    level: 'warn',
    process: 'test',
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  // As if nobody had made any for a while.
  await asRole('sluice_owner', (client) =>
    client.query(`do $$ declare leaf text; begin
      select max(inhrelid::regclass::text) into leaf from pg_inherits where inhparent = 'events'::regclass;
      execute 'drop table ' || leaf; end $$`),
  );
  const worker = await startWorker(
    { ...world.config, DATABASE_URL: urlOf('sluice_app') },
    log,
    world.temporal,
  );
  try {
    const workspace = await world.workspace();
    await world.enqueue(workspace, 'echo', 1);
    await ended(workspace);
    const { dropped, problems } = await runRetention();
    assert.deepEqual(dropped, []);
    assert.match(
      problems.join('\n'),
      /making partitions: .*\n?.*dropping ended_executions_7_\d+: must be owner/s,
    );
    assert.ok(lines.some(({ msg }) => /has to own the tables/.test(msg)));
  } finally {
    await worker.stop();
  }
  await world.startWorker();
  const { dropped, problems } = await runRetention();
  assert.deepEqual(
    [dropped.map(({ name }) => name.replace(/\d+$/, '')), problems],
    [['ended_executions_7_'], []],
  );
});
