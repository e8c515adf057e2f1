import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../../src/db/connection/database.ts';
import { freePort } from '../../../src/local/processes/ports.ts';
import type { Service } from '../../../src/local/processes/service.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { startProcess } from '../../support/processes/start-process.ts';
import { REPOSITORY } from '../../support/processes/started.ts';
import { insertWorkspace } from '../../support/rows.ts';
import { readStream } from './read-stream.ts';
import { standInGate } from './stand-in-gate.ts';

let testDatabase: TestDatabase;
let database: Database;
let folder: string;
const running = new Set<Service>();
before(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 4, applicationName: 'test', onError: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'sluice-waiting-'));
});
after(async () => {
  await Promise.all([...running].map((service) => service.stop()));
  await database.close();
  await testDatabase.drop();
  await rm(folder, { recursive: true });
});

/** An API as a process of its own. Temporal is down: nothing here needs it. */
async function startApi(port: number): Promise<Service> {
  const service = await startProcess({
    name: `api-${port}`,
    kind: 'api',
    folder: REPOSITORY,
    port,
    settings: {
      AUTH: 'none',
      DATABASE_URL: testDatabase.url,
      TEMPORAL_ADDRESS: '127.0.0.1:9',
      LOG_LEVEL: 'warn',
    },
    logFile: join(folder, `api-${port}.log`),
    onSpawn: () => {},
  });
  running.add(service);
  return service;
}

async function stop(service: Service): Promise<void> {
  await service.stop();
  running.delete(service);
}

const urlOf = (port: number, workspaceId: string) => `http://127.0.0.1:${port}/v1/workspaces/${workspaceId}`;

async function post(url: string, path: string, body: unknown): Promise<{ id: string; status: string }> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 202);
  return (await answer.json()) as { id: string; status: string };
}

interface Told {
  readonly id: string;
  readonly kind: string;
  readonly executionId: string | null;
}

/** Follows a workspace as a browser does: comes again with the last id whenever a stream ends or breaks, at the next of the servers. */
function follow(ports: readonly number[], workspaceId: string) {
  const told: Told[] = [];
  let connections = 0;
  let lastId: string | undefined;
  const leave = new AbortController();
  const followed = (async () => {
    for (let turn = 0; !leave.signal.aborted; turn++) {
      try {
        const answer = await fetch(`${urlOf(ports[turn % ports.length]!, workspaceId)}/events`, {
          headers: lastId === undefined ? {} : { 'last-event-id': lastId },
          signal: leave.signal,
        });
        assert.equal(answer.status, 200);
        connections++;
        for await (const { id, data } of readStream(answer.body!)) {
          lastId = id ?? lastId;
          if (data !== undefined) told.push(JSON.parse(data) as Told);
        }
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        await pause(20);
      }
    }
  })();
  return {
    told,
    connections: () => connections,
    async stop() {
      leave.abort();
      await followed;
    },
  };
}

test('a wait at one API process ends with what another one has accepted and cancelled', async () => {
  const ports = [await freePort(), await freePort()];
  const apis = await Promise.all(ports.map(startApi));
  await insertWorkspace(database.pool, 'two');
  const [one, two] = ports.map((port) => urlOf(port, 'two')) as [string, string];
  const { id } = await post(one, '/executions', { workflowType: 'x' });
  const beganMs = performance.now();
  const waiting = fetch(`${two}/executions/${id}?wait=30`);
  await pause(300);
  const cancelled = await fetch(`${one}/executions/${id}/cancel`, { method: 'POST' });
  assert.equal(cancelled.status, 200);
  assert.equal(((await (await waiting).json()) as { status: string }).status, 'cancelled');
  assert.ok(performance.now() - beganMs < 5_000);
  await Promise.all(apis.map(stop));
});

test('readers follow through stops, kills and starts of two API processes without a gap or a double', async () => {
  const ports = [await freePort(), await freePort()];
  let apis = await Promise.all(ports.map(startApi));
  await insertWorkspace(database.pool, 'restarts');
  const gate = standInGate(database, 'restarts');
  const readers = [follow(ports, 'restarts'), follow([...ports].reverse(), 'restarts')];
  await eventually(() => assert.ok(readers.every((reader) => reader.connections() > 0)));

  const done = new AbortController();
  let accepted = 0;
  const load = (async () => {
    for (let turn = 0; !done.signal.aborted; turn++) {
      await post(urlOf(ports[turn % 2]!, 'restarts'), '/executions', { workflowType: 'x' }).then(
        () => accepted++,
        () => {},
      );
      const admitted = await gate.admit();
      await gate.end(admitted);
      await pause(5);
    }
  })();
  for (const [index, signal] of [
    [0, 'stop'],
    [1, 'kill'],
    [0, 'kill'],
    [1, 'stop'],
  ] as const) {
    await pause(500);
    if (signal === 'kill') process.kill(apis[index]!.identity.pid, 'SIGKILL');
    await stop(apis[index]!);
    await pause(100);
    const again = await startApi(ports[index]!);
    apis = apis.map((api, at) => (at === index ? again : api));
  }
  await pause(300);
  done.abort();
  await load;
  const { rows } = await database.pool.query<{ number: string }>(
    `select number from events where workspace_id = 'restarts' order by number`,
  );
  const all = rows.map(({ number }) => `1-${number}`);
  assert.ok(accepted > 20 && all.length >= 3 * accepted, `${accepted} accepted, ${all.length} events`);
  for (const reader of readers) {
    await eventually(() => assert.equal(reader.told.at(-1)?.id, all.at(-1)));
    await reader.stop();
    assert.deepEqual(
      reader.told.map(({ id }) => id),
      all.slice(all.indexOf(reader.told[0]!.id)),
    );
    assert.ok(reader.connections() > 2, `${reader.connections()} connections`);
  }
  await Promise.all(apis.map(stop));
});

/** Runs a program to its end, and gives what it printed. */
async function run(command: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, 'close');
  return printed;
}

test('curl and the standard library of Python wait and read streams', async () => {
  const port = await freePort();
  const api = await startApi(port);
  await insertWorkspace(database.pool, 'outside');
  const gate = standInGate(database, 'outside');
  const url = urlOf(port, 'outside');
  const body = '{"workflowType":"x","input":{"a": 1}}';
  const json = ['-H', 'content-type: application/json'];
  const untilAdmitted = () =>
    eventually(async () => {
      const [id] = await gate.admit();
      assert.ok(id);
      return id;
    });

  const curl = run('curl', ['-si', `${url}/executions`, ...json, '-H', 'Prefer: wait=20', '-d', body]);
  await gate.end(await untilAdmitted(), '{"n": 1}');
  const answered = await curl;
  assert.match(answered, /^HTTP\/1\.1 202 /);
  assert.match(answered, /^preference-applied: wait=20\r$/im);
  assert.match(answered, /"status":"completed".*"result":\{"n": 1\}/);

  const python = `
import json, sys, urllib.request
url, body = sys.argv[1], sys.argv[2].encode()
request = urllib.request.Request(url + "/executions?wait=20", body, {"content-type": "application/json"})
with urllib.request.urlopen(request, timeout=30) as answer:
    execution = json.load(answer)
print(answer.status, execution["status"], execution["result"])
request = urllib.request.Request(url + "/events", headers={"last-event-id": "1-0"})
with urllib.request.urlopen(request, timeout=30) as stream:
    for line in stream:
        name, _, value = line.decode().rstrip("\\n").partition(": ")
        if name == "data":
            event = json.loads(value)
            print(event["id"], event["kind"], event["status"])
            if event["id"] == "1-6":
                break
with urllib.request.urlopen(url + "/executions/" + execution["id"] + "/events", timeout=30) as stream:
    print(stream.headers["content-type"], stream.read().decode().count("event: execution"))
`;
  const waiting = run('python3', ['-', url, body], python);
  await gate.end(await untilAdmitted(), '{"n": 2}');
  assert.deepEqual((await waiting).trim().split('\n'), [
    "202 completed {'n': 2}",
    '1-1 accepted pending',
    '1-2 admitted running',
    '1-3 ended completed',
    '1-4 accepted pending',
    '1-5 admitted running',
    '1-6 ended completed',
    'text/event-stream 1',
  ]);

  const streamed = run('curl', ['-sN', `${url}/events?after=1-4`, '--max-time', '1']);
  assert.match(
    await streamed,
    /^retry: 1000\nid: 1-4\n\nid: 1-5\nevent: admitted\ndata: \{"id":"1-5",[^\n]*\}\n\nid: 1-6\n/,
  );
  await stop(api);
});
