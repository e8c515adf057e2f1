import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type Listening, WorkspaceListeners } from '../../../src/api/v1/waiting/workspace-listeners.ts';
import { type Database, openDatabase } from '../../../src/db/connection/database.ts';
import { createTestDatabase } from '../../support/database.ts';
import { eventually, eventuallyEqual } from '../../support/eventually.ts';
import { TcpProxy } from '../../support/proxy.ts';
import { insertPending, insertWorkspace } from '../../support/rows.ts';
import { letWait, type ListeningApi, startListeningApi } from './listening-api.ts';
import { nextOf, readStream } from './read-stream.ts';
import { standInGate } from './stand-in-gate.ts';

const RESERVATIONS = { GATES_RESERVATIONS: 'true' };
const WAIT_SECONDS = 30;
/** Of the listeners that these tests make themselves. */
const RENEW_MS = 100;

interface Announced {
  readonly workspaceId: string;
  readonly listenerId: string;
  readonly secondsLeft: number;
  /** Which transaction wrote it. */
  readonly writtenBy: string;
}

async function announced({ pool }: Database): Promise<Announced[]> {
  const { rows } = await pool.query<Announced>(
    `select workspace_id as "workspaceId", listener_id as "listenerId", xmin::text as "writtenBy",
       extract(epoch from listens_until - clock_timestamp())::float8 as "secondsLeft"
     from workspace_listeners order by 1, 2`,
  );
  return rows;
}

async function announcedIds(database: Database): Promise<string[]> {
  return (await announced(database)).map(({ workspaceId }) => workspaceId);
}

/** The statements about listeners that its pool is asked for from now on. */
function watchStatements({ pool }: Database): { readonly count: number } {
  const seen = { count: 0 };
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    if (JSON.stringify(args[0]).includes('workspace_listeners')) seen.count++;
    return query(...args);
  }) as typeof pool.query;
  return seen;
}

/** A workspace in which one execution runs. */
async function busyWorkspace(api: ListeningApi) {
  const workspaceId = await api.workspace();
  const gate = standInGate(api.database, workspaceId);
  const [id] = (await insertPending(api.database.pool, workspaceId, 1)) as [string];
  await gate.admit();
  api.takeWakes();
  const path = `/v1/workspaces/${workspaceId}`;
  return { workspaceId, gate, id, path, execution: `${path}/executions/${id}` };
}

test('a hundred waits announce their workspace once, and its gate is woken once', async (t) => {
  const api = await startListeningApi(t, RESERVATIONS);
  const { workspaceId, gate, id, execution } = await busyWorkspace(api);
  const statements = watchStatements(api.database);
  const waiting = await letWait(api, Array.from({ length: 100 }).fill(null), () =>
    api.ask(`${execution}?wait=${WAIT_SECONDS}`),
  );
  assert.equal(statements.count, 1);
  const [row, ...others] = await announced(api.database);
  assert.deepEqual([row?.workspaceId, others.length], [workspaceId, 0]);
  assert.ok(row!.secondsLeft > 20 && row!.secondsLeft <= 30, `${row!.secondsLeft} s`);
  assert.deepEqual(api.takeWakes(), [`wake ${workspaceId}`]);
  await gate.end(id);
  for (const answer of await Promise.all(waiting)) assert.equal(answer.body.status, 'completed');
});

test('a POST that waits is announced before its row is written, and wakes no idle gate', async (t) => {
  const api = await startListeningApi(t, RESERVATIONS);
  const workspaceId = await api.workspace();
  const path = `/v1/workspaces/${workspaceId}/executions`;
  const gate = standInGate(api.database, workspaceId);
  const listeners = api.deps.listeners!;
  const listening = listeners.listening.bind(listeners);
  const committed: (() => void)[] = [];
  listeners.listening = (id) => {
    const real = listening(id);
    const isTold = new Promise<void>((resolve) => committed.push(resolve));
    return { ...real, announced: real.announced.then(() => isTold) };
  };
  const written = async () => {
    const { rows } = await api.database.pool.query<{ type: string }>(
      'select workflow_type as type from executions order by seq',
    );
    return rows.map(({ type }) => type);
  };
  const post = (workflowType: string, headers = {}) =>
    api.ask(path, { method: 'POST', body: { workflowType }, headers });
  api.takeWakes();
  const waiting = post('waits', { prefer: `wait=${WAIT_SECONDS}` });
  await eventually(() => assert.equal(committed.length, 1));
  await post('other');
  assert.deepEqual(await written(), ['other']);
  committed[0]!();
  await eventuallyEqual(written, ['other', 'waits']);
  await eventuallyEqual(() => api.deps.waits.count, 1);
  assert.deepEqual(api.takeWakes(), [`wake ${workspaceId}`, `wake ${workspaceId}`], 'those of the rows');
  await gate.end(await gate.admit());
  assert.equal((await waiting).body.status, 'completed');
});

test('streams of a workspace and of an execution announce; a GET that does not wait and the stream of all workspaces do not', async (t) => {
  const api = await startListeningApi(t, RESERVATIONS);
  const one = await busyWorkspace(api);
  const two = await busyWorkspace(api);
  const three = await busyWorkspace(api);
  await api.ask(three.execution);
  await api.ask(`${three.execution}?wait=0`);
  for (const path of ['/v1/events', `${one.path}/events`, `${two.execution}/events`]) {
    const response = await api.open(path);
    t.after(() => response.destroy());
    await nextOf(readStream(response));
  }
  assert.deepEqual(await announcedIds(api.database), [one.workspaceId, two.workspaceId]);
  assert.deepEqual(api.takeWakes(), [`wake ${one.workspaceId}`, `wake ${two.workspaceId}`]);
  assert.equal((await api.ask(`/v1/workspaces/unknown/events`)).status, 404);
  assert.equal((await announced(api.database)).length, 2);
});

test('without GATES_RESERVATIONS nothing is announced', async (t) => {
  const api = await startListeningApi(t);
  const { gate, id, path, execution } = await busyWorkspace(api);
  const statements = watchStatements(api.database);
  const waiting = api.ask(`${execution}?wait=${WAIT_SECONDS}`);
  const response = await api.open(`${path}/events`);
  t.after(() => response.destroy());
  await nextOf(readStream(response));
  await eventuallyEqual(() => api.deps.waits.count, 2);
  await gate.end(id);
  assert.equal((await waiting).body.status, 'completed');
  assert.deepEqual([api.deps.listeners, statements.count, api.takeWakes()], [null, 0, []]);
  assert.deepEqual(await announced(api.database), []);
});

test('a wait is not held up by an announcement that Postgres does not take', async (t) => {
  const api = await startListeningApi(t, RESERVATIONS);
  const { gate, id, execution } = await busyWorkspace(api);
  const locking = await api.database.pool.connect();
  try {
    await locking.query('begin; lock table workspace_listeners');
    const waiting = api.ask(`${execution}?wait=${WAIT_SECONDS}`);
    await eventuallyEqual(() => api.deps.waits.count, 1);
    const { rowCount } = await api.database.pool.query(
      `select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query like '%workspace_listeners%'`,
    );
    assert.equal(rowCount, 1, 'the announcement waits on');
    await gate.end(id);
    assert.equal((await waiting).body.status, 'completed');
  } finally {
    await locking.query('rollback');
    locking.release();
  }
});

interface Process {
  readonly listeners: WorkspaceListeners;
  readonly wakes: string[];
  readonly errors: unknown[];
}

/** A database with workspaces in which something runs, the way to it, and processes that listen. */
async function prepare(t: TestContext, ...workspaceIds: string[]) {
  const { url, drop } = await createTestDatabase();
  const way = new TcpProxy(new URL(url));
  const ends: (() => unknown)[] = [drop, () => way.close()];
  t.after(async () => {
    for (const end of ends.reverse()) await end();
  });
  const open = (at: string) => {
    const opened = openDatabase({ url: at, poolSize: 4, applicationName: 'test', onError: () => {} });
    ends.push(() => opened.close());
    return opened;
  };
  const database = open(url);
  for (const id of workspaceIds) await insertWorkspace(database.pool, id);
  await database.pool.query('update workspaces set running = 1');
  const startProcess = ({ db }: Database, renewMs = RENEW_MS): Process => {
    const wakes: string[] = [];
    const errors: unknown[] = [];
    const listeners = new WorkspaceListeners(db, {
      wake: (workspaceId) => void wakes.push(workspaceId),
      onError: (error) => void errors.push(error),
      renewMs,
    });
    ends.push(() => listeners.stop());
    return { listeners, wakes, errors };
  };
  return { database, way, open, startProcess };
}

async function listen({ listeners }: Process, ...workspaceIds: string[]): Promise<Listening[]> {
  const listening = workspaceIds.map((id) => listeners.listening(id));
  await Promise.all(listening.map((one) => one.announced));
  return listening;
}

test('what is listened to is renewed in one statement, and nothing else is', async (t) => {
  const { database, startProcess } = await prepare(t, 'a', 'b', 'c');
  const mine = startProcess(database);
  const [a] = await listen(mine, 'a');
  await listen(mine, 'a').then(([again]) => again!.stop());
  a!.stop();
  // The second time does not count twice.
  a!.stop();
  await listen(mine, 'b', 'c');
  const [before] = await announced(database);
  await eventually(async () => {
    const rows = await announced(database);
    const [left, b, c] = rows;
    assert.equal(rows.length, 3);
    assert.ok(left!.secondsLeft < b!.secondsLeft - (3 * RENEW_MS) / 1_000, JSON.stringify(rows));
    assert.deepEqual([left!.writtenBy, b!.writtenBy], [before!.writtenBy, c!.writtenBy]);
  });
  assert.deepEqual(mine.errors, []);
  assert.deepEqual(mine.wakes.sort(), ['a', 'b', 'c'], 'a renewal wakes nobody');
});

test('of several processes the first to listen wakes the gate, and whoever comes when its announcement is void', async (t) => {
  const { database, startProcess } = await prepare(t, 'a', 'idle');
  await database.pool.query(`update workspaces set running = 0 where id = 'idle'`);
  const [one, two, three] = [1, 2, 3].map(() => startProcess(database, 60_000)) as [
    Process,
    Process,
    Process,
  ];
  await listen(one, 'a', 'idle');
  await listen(two, 'a', 'idle', 'unknown');
  const rows = await announced(database);
  assert.deepEqual(
    rows.map(({ workspaceId }) => workspaceId),
    ['a', 'a', 'idle', 'idle'],
  );
  assert.equal(new Set(rows.map(({ listenerId }) => listenerId)).size, 2);
  assert.deepEqual([one.wakes, two.wakes], [['a'], []]);
  await database.pool.query(`update workspace_listeners set listens_until = now() + interval '1 s'`);
  await listen(three, 'a');
  assert.deepEqual(three.wakes, ['a'], 'the others may be void before this one is committed');
});

test('an announcement that fails is repeated at the next renewal and not before, and wakes the gate then', async (t) => {
  const { database, way, open, startProcess } = await prepare(t, 'a');
  const mine = startProcess(open((await way.url()).toString()), 1_000);
  way.cut();
  await listen(mine, 'a');
  await listen(mine, ...Array.from({ length: 100 }, () => 'a'));
  assert.equal(mine.errors.length, 1);
  await eventually(() => assert.ok(mine.errors.length > 1));
  assert.deepEqual([await announced(database), mine.wakes], [[], []]);
  way.mend();
  await eventuallyEqual(() => announcedIds(database), ['a']);
  await eventuallyEqual(() => mine.wakes, ['a']);
});

test('announcements that have been void for a minute are deleted, others stay', async (t) => {
  const { database, startProcess } = await prepare(t, 'a');
  await database.pool.query(
    `insert into workspace_listeners (workspace_id, listener_id, listens_until)
     select 'left-' || seconds, gen_random_uuid(), now() - make_interval(secs => seconds) from unnest(array[10, 70, 3600]) as seconds`,
  );
  await listen(startProcess(database), 'a');
  await eventuallyEqual(() => announcedIds(database), ['a', 'left-10']);
});

test('a process that stops announces nothing any more', async (t) => {
  const { database, startProcess } = await prepare(t, 'a', 'b');
  const mine = startProcess(database);
  await listen(mine, 'a');
  await mine.listeners.stop();
  const statements = watchStatements(database);
  await listen(mine, 'b');
  assert.equal(statements.count, 0);
  assert.deepEqual(await announcedIds(database), ['a']);
});
