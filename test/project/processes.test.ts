import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { onServer } from '../../src/db/server/on-server.ts';
import { type EchoService, startEchoService } from '../../src/local/echo/echo-service.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventually } from '../support/eventually.ts';
import { testNamespace } from '../support/temporal.ts';
import { composeServices, interpolate, readRepositoryFile } from './compose-rules.ts';
import { type ImageTree, makeImageTree } from './image-tree.ts';

const services = composeServices(readRepositoryFile('docker-compose.yml'));

/** A worker bundles workflows when it starts, on a machine that runs other tests at the same time. */
const START_DEADLINE_MS = 60_000;
const END_DEADLINE_MS = 60_000;

describe('the services of docker-compose.yml, as processes', () => {
  let image: ImageTree;
  let echo: EchoService;
  let database: OwnedDatabase;
  let ports: { api: number; worker: number };
  const running: Started[] = [];

  before(async () => {
    image = makeImageTree();
    echo = await startEchoService({ port: 0 });
    database = await createOwnedDatabase();
    ports = { api: await freePort(), worker: await freePort() };
  });
  after(async () => {
    for (const { process } of running) process.kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    await echo.stop();
    await database.drop();
    image.remove();
    rmSync(adminKeyFile, { force: true });
  });

  it('migrate makes the schema as a role that owns nothing but its database', async () => {
    const { code, output } = await start('migrate').ended;
    assert.equal(code, 0, output);
    assert.deepEqual(await database.tables(), [
      '__drizzle_migrations',
      'api_keys',
      'bulk_act_parts',
      'bulk_acts',
      'changes',
      'deployment',
      'ended_executions',
      'events',
      'execution_aliases',
      'executions',
      'inbox',
      'limit_changes',
      'payloads',
      'role_grants',
      'sampler',
      'stall_round',
      'stalled_executions',
      'tier_changes',
      'tiers',
      'workflow_types',
      'workspace_deletions',
      'workspace_listeners',
      'workspace_samples',
      'workspaces',
    ]);
  });

  it('the key that the set-up of docker-compose.yml makes needs nothing but the image', async () => {
    const command = /^#.*-T migrate (node .*) > secrets\/admin\.key$/m.exec(
      readRepositoryFile('docker-compose.yml'),
    )![1]!;
    const { code, output } = await startProcess(command.split(' '), image.folder, {}).ended;
    assert.equal(code, 0, output);
    assert.match(output, /^slc_\w+\n$/);
    writeFileSync(adminKeyFile, output);
  });

  it('migrate changes nothing when it runs again', async () => {
    const { code, output } = await start('migrate').ended;
    assert.equal(code, 0, output);
  });

  it('api and worker are unhealthy until they run, and then healthy', async () => {
    assert.notEqual(await healthCheck('api'), 0);
    assert.notEqual(await healthCheck('worker'), 0);
    const started = [start('api'), start('worker')];
    const healthy = eventually(async () => {
      assert.equal(await healthCheck('api'), 0, started[0]!.output());
      assert.equal(await healthCheck('worker'), 0, started[1]!.output());
    }, START_DEADLINE_MS);
    await Promise.race([
      healthy,
      ...started.map(({ ended }) => ended.then(({ output }) => assert.fail(output))),
    ]);
  });

  it('nobody gets in without a key', async () => {
    const url = `http://127.0.0.1:${ports.api}/v1/workspaces`;
    assert.equal((await fetch(url)).status, 401);
    assert.equal((await send('GET', url)).status, 200);
  });

  it("an execution of Sluice's own workflow goes all the way", async () => {
    const base = `http://127.0.0.1:${ports.api}/v1/workspaces/acme`;
    assert.equal((await send('PUT', base, { tier: 'pro' })).status, 201);
    const accepted = await send('POST', `${base}/executions`, {
      workflowType: 'httpRequest',
      input: { url: `${echo.url}/hello` },
    });
    assert.equal(accepted.status, 202, JSON.stringify(accepted.body));
    const url = `${base}/executions/${String(accepted.body['id'])}`;
    const execution = await eventually(async () => {
      const { body } = await send('GET', url);
      assert.equal(body['status'], 'completed', JSON.stringify(body));
      return body;
    }, END_DEADLINE_MS);
    assert.equal((execution['result'] as { status: number }).status, 200);
  });

  it('api and worker end by themselves, without an error, when they are told to', async () => {
    const told = running.filter(({ process }) => process.exitCode === null);
    assert.equal(told.length, 2);
    for (const { process } of told) process.kill('SIGTERM');
    for (const { ended } of told) {
      const { code, output } = await ended;
      assert.equal(code, 0, output);
    }
  });

  function start(name: 'migrate' | 'api' | 'worker'): Started {
    const { command, environment } = services[name]!;
    const given = Object.entries(environment ?? {}).map(([key, value]) => [key, interpolate(String(value))]);
    const started = startProcess(command!, image.folder, {
      ...Object.fromEntries(given),
      ...whatIsElsewhereHere(name),
    });
    running.push(started);
    return started;
  }

  /** In a container these are the names of the other services, and ports that nobody else has. */
  function whatIsElsewhereHere(name: string): Record<string, string> {
    return {
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS']!,
      TEMPORAL_NAMESPACE: testNamespace(import.meta.url),
      HOST: '127.0.0.1',
      ...(name === 'api' && { PORT: String(ports.api), ADMIN_KEY_FILE: adminKeyFile }),
      ...(name === 'worker' && {
        WORKER_HEALTH_PORT: String(ports.worker),
        EXTERNAL_API_ALLOW: `127.0.0.1/32:${new URL(echo.url).port}`,
      }),
    };
  }

  /** Runs the health check as it is written, but for the port. */
  async function healthCheck(name: 'api' | 'worker'): Promise<number | null> {
    const [kind, ...command] = services[name]!.healthcheck!.test!;
    assert.equal(kind, 'CMD');
    const here = command.map((word) => word.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${ports[name]}`));
    assert.notDeepEqual(here, command);
    return (await startProcess(here, image.folder, {}).ended).code;
  }
});

interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<{ code: number | null; output: string }>;
}

/** Sees the settings it is given and none of the test run's. */
function startProcess(command: readonly string[], cwd: string, environment: Record<string, string>): Started {
  const [program, ...args] = command;
  const child = spawn(program === 'node' ? process.execPath : program!, args, {
    cwd,
    env: { PATH: process.env['PATH'], SLUICE_TEST_RUN: process.env['SLUICE_TEST_RUN'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
  return { process: child, output: () => output, ended };
}

const adminKeyFile = join(tmpdir(), `sluice-admin-${process.pid}.key`);

async function send(
  method: string,
  url: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${readFileSync(adminKeyFile, 'utf8').trim()}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

interface OwnedDatabase {
  readonly url: string;
  tables(): Promise<string[]>;
  drop(): Promise<void>;
}

/** An empty database with an owner who may do nothing else, as docker/create-databases.sh makes it. */
async function createOwnedDatabase(): Promise<OwnedDatabase> {
  const serverUrl = process.env['SLUICE_TEST_POSTGRES_URL'];
  if (!serverUrl)
    throw new Error('SLUICE_TEST_POSTGRES_URL is not set: run tests with `node tools/test.mjs FILE`');
  const name = `sluice_test_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  await query(
    serverUrl,
    `create role ${name} login nosuperuser nocreatedb nocreaterole password '${password}'`,
    `create database ${name} owner ${name}`,
    `revoke connect on database ${name} from public`,
  );
  const url = new URL(serverUrl);
  Object.assign(url, { pathname: `/${name}`, username: name, password });
  return {
    url: url.toString(),
    async tables() {
      const rows = await query(
        url.toString(),
        `select relname as tablename from pg_class
         where relnamespace = 'sluice'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`,
      );
      return rows.map((row) => String(row['tablename']));
    },
    async drop() {
      await query(serverUrl, `drop database ${name} with (force)`, `drop role ${name}`);
    },
  };
}

function query(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  return onServer(url, async (client) => {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows;
    return rows;
  });
}
