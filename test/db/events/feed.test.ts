import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, afterEach, before, test } from 'node:test';
import pg from 'pg';
import { inOwnSchema } from '../../../src/db/connection/own-schema.ts';
import { type Database, openDatabase } from '../../../src/db/connection/database.ts';
import { EventFeed, type EventFeedOptions, FeedStoppedError } from '../../../src/db/events/event-feed.ts';
import { findStart } from '../../../src/db/events/read-events.ts';
import type { EventPosition } from '../../../src/db/events/workspace-event.ts';
import { WorkspaceNotFoundError } from '../../../src/domain/refusals.ts';
import { backUp } from '../../support/backup.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { insertWorkspace } from '../../support/rows.ts';
import { happen } from './happen.ts';

let testDatabase: TestDatabase;
let database: Database;
const feeds: EventFeed[] = [];
before(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 4, applicationName: 'test', onError: () => {} });
});
afterEach(() => Promise.all(feeds.splice(0).map((feed) => feed.stop())));
after(async () => {
  await database.close();
  await testDatabase.drop();
});

/** So long that a test in which events are missed does not end by it. */
const NEVER_MS = 3_600_000;

/** Counts its queries. */
function createFeed(options: Partial<EventFeedOptions> = {}, of: Pick<Database, 'pool'> = database) {
  const errors: unknown[] = [];
  const counted = { queries: 0 };
  const pool = {
    query(...args: [string, unknown[]?]) {
      counted.queries++;
      return of.pool.query(...args);
    },
  } as unknown as pg.Pool;
  const feed = new EventFeed(
    { pool },
    { checkIntervalMs: NEVER_MS, onError: (error) => errors.push(error), onBehind: () => {}, ...options },
  );
  feeds.push(feed);
  return { feed, counted, errors };
}

const EPOCH = 1;
const at = (number: number, epoch = EPOCH): EventPosition => ({ epoch, number });

async function numbersAfter(feed: EventFeed, workspaceId: string, number: number): Promise<number[]> {
  const answer = await feed.after(workspaceId, at(number));
  assert.equal(answer.kind, 'events');
  return answer.kind === 'events' ? answer.events.map((event) => event.number) : [];
}

/** Fails when it does not resolve soon. */
async function soon<T>(promise: Promise<T>, ms = 5_000): Promise<T> {
  const late = new AbortController();
  return await Promise.race([
    promise.finally(() => late.abort()),
    delay(ms, undefined, { signal: late.signal }).then(() => assert.fail(`not within ${ms} ms`)),
  ]);
}

async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  return await Promise.race([
    promise.then(
      () => false,
      () => false,
    ),
    delay(150).then(() => true),
  ]);
}

/** A session of somebody who writes, and commits when told to. */
async function openWriter(url = testDatabase.url): Promise<pg.Client> {
  const client = new pg.Client({ ...inOwnSchema(url) });
  await client.connect();
  await client.query('begin');
  return client;
}

test('two thousand waiters on two hundred workspaces each get what they wait for, and none of them costs a query', async () => {
  const workspaces = Array.from({ length: 200 }, (_, index) => `many-${index}`);
  for (const id of workspaces) await insertWorkspace(database.pool, id);
  const { feed, counted } = createFeed();
  /** Follows what happens up to the event with this number. */
  const follow = async (workspaceId: string, last: number) => {
    const seen: number[] = [];
    while (seen.length < last) {
      const position = at(seen.length);
      await feed.wait(workspaceId, position);
      const answer = await feed.after(workspaceId, position);
      assert.equal(answer.kind, 'events');
      if (answer.kind === 'events') seen.push(...answer.events.map(({ number }) => number));
    }
    return seen;
  };
  assert.deepEqual(
    await Promise.all(workspaces.map((id) => feed.position(id))),
    workspaces.map(() => at(0)),
  );
  const followers = workspaces.flatMap((id) =>
    Array.from({ length: 10 }, (_, index) => ({ last: index + 1, seen: follow(id, index + 1) })),
  );
  assert.equal(feed.waiting, 2_000);
  for (let number = 1; number <= 10; number++)
    for (let first = 0; first < workspaces.length; first += 20)
      await happen(database.pool, workspaces.slice(first, first + 20));
  for (const { last, seen } of followers)
    assert.deepEqual(
      (await soon(seen, 20_000)).slice(0, last),
      Array.from({ length: last }, (_, index) => index + 1),
    );
  assert.ok(counted.queries < 1_000, `${counted.queries} queries`);
  assert.equal(feed.waiting, 0);
});

test('an event that is committed after one with a higher id is told, whoever waits', async () => {
  for (const id of ['slow', 'quick']) await insertWorkspace(database.pool, id);
  const { feed } = createFeed();
  const waits = [feed.wait('slow', at(0)), feed.wait('quick', at(0))];
  const writer = await openWriter();
  await happen(writer, ['slow']);
  await happen(database.pool, ['quick']);
  await soon(waits[1]!);
  assert.ok(await isWaiting(waits[0]!));
  await writer.query('commit');
  await soon(waits[0]!);
  assert.deepEqual(await numbersAfter(feed, 'slow', 0), [1]);
  await writer.end();
});

test('an event whose transaction was open before anybody waited is told', async () => {
  for (const id of ['open', 'newer']) await insertWorkspace(database.pool, id);
  const writer = await openWriter();
  await happen(writer, ['open']);
  await happen(database.pool, ['newer']);
  const { feed } = createFeed();
  const wait = feed.wait('open', at(0));
  assert.ok(await isWaiting(wait));
  await writer.query('commit');
  await soon(wait);
  await writer.end();
});

test('what was rolled back holds nothing up and is not told', async () => {
  for (const id of ['rolled', 'after']) await insertWorkspace(database.pool, id);
  const { feed } = createFeed();
  const waits = [feed.wait('rolled', at(0)), feed.wait('after', at(0))];
  for (let time = 0; time < 3; time++) {
    const writer = await openWriter();
    await happen(writer, ['rolled']);
    await writer.query('rollback');
    await writer.end();
  }
  await happen(database.pool, ['after']);
  await soon(waits[1]!);
  assert.ok(await isWaiting(waits[0]!));
  await happen(database.pool, ['rolled']);
  await soon(waits[0]!);
  assert.deepEqual(await numbersAfter(feed, 'rolled', 0), [1]);
});

test('a waiter that comes late, with an old position, is answered at once, and the table has what memory has not', async () => {
  await insertWorkspace(database.pool, 'late');
  await happen(database.pool, ['late', 'late', 'late']);
  const { feed } = createFeed();
  await soon(feed.wait('late', at(1)));
  assert.deepEqual(await numbersAfter(feed, 'late', 1), [2, 3]);
  assert.deepEqual(await numbersAfter(feed, 'late', 3), []);
  assert.deepEqual(await feed.position('late'), at(3));
  const wait = feed.wait('late', at(3));
  await happen(database.pool, ['late']);
  await soon(wait);
  assert.deepEqual(await numbersAfter(feed, 'late', 0), [1, 2, 3, 4]);
});

test('nothing is asked while nobody waits, and what happened meanwhile is not missed', async () => {
  await insertWorkspace(database.pool, 'quiet');
  const { feed, counted } = createFeed();
  const ending = new AbortController();
  const first = feed.wait('quiet', at(0), ending.signal);
  await eventually(() => assert.ok(counted.queries > 3));
  ending.abort(new Error('enough'));
  await assert.rejects(first, /enough/);
  await delay(100);
  const { queries } = counted;
  await delay(300);
  assert.equal(counted.queries, queries);
  await happen(database.pool, ['quiet']);
  await soon(feed.wait('quiet', at(0)));
  assert.equal(feed.waiting, 0);
});

test('each query may run in another session, as behind a pooler in transaction mode', async () => {
  for (const id of ['pooled-1', 'pooled-2']) await insertWorkspace(database.pool, id);
  const sessions = [0, 1, 2].map(() =>
    openDatabase({ url: testDatabase.url, poolSize: 1, applicationName: 'test', onError: () => {} }),
  );
  let turn = 0;
  const used = new Set<number>();
  const pool = {
    query(text: string, values?: unknown[]) {
      used.add(turn % 3);
      return sessions[turn++ % 3]!.pool.query(text, values);
    },
  } as unknown as pg.Pool;
  const { feed } = createFeed({}, { pool });
  try {
    for (let number = 0; number < 5; number++) {
      const waits = [feed.wait('pooled-1', at(number)), feed.wait('pooled-2', at(number))];
      await happen(database.pool, ['pooled-1', 'pooled-2']);
      await soon(Promise.all(waits));
      assert.deepEqual(await numbersAfter(feed, 'pooled-1', number), [number + 1]);
    }
    assert.equal(used.size, 3);
  } finally {
    await feed.stop();
    await Promise.all(sessions.map((session) => session.close()));
  }
});

test('more than one read takes are read one after the other; the feed says how late it is', async () => {
  for (const id of ['crowd', 'alone']) await insertWorkspace(database.pool, id);
  const lags: number[] = [];
  const { feed, counted } = createFeed({ onBehind: (lagMs) => lags.push(lagMs), lookIntervalMs: 500 });
  const wait = feed.wait('alone', at(0));
  await eventually(() => assert.ok(counted.queries >= 3));
  const writer = await openWriter();
  await writer.query(
    `with w as (update workspaces set last_event = 2500 where id = 'crowd')
     insert into events (workspace_id, number, kind, at)
     select 'crowd', n, 'workspace_changed', clock_timestamp() - interval '7 seconds' from generate_series(1, 2500) as n`,
  );
  await happen(writer, ['alone']);
  await writer.query('commit');
  await writer.end();
  await soon(wait);
  assert.deepEqual(
    lags.map((lagMs) => lagMs > 6_900 && lagMs < 12_000),
    [true, true],
  );
  assert.equal(feed.lagMs, 0);
  assert.equal((await numbersAfter(feed, 'crowd', 0)).length, 500, 'an answer is a portion');
});

test('a position that retention has passed by, one of another epoch and one that the database does not have are reset, by name', async () => {
  await insertWorkspace(database.pool, 'reset');
  await happen(database.pool, ['reset', 'reset', 'reset']);
  await database.pool.query(`delete from events where workspace_id = 'reset' and number <= 2`);
  const { feed } = createFeed();
  const reset = (reason: string) => ({ kind: 'reset', reason, position: at(3) });
  for (const [position, reason] of [
    [at(1), 'too-old'],
    [at(4), 'newer-than-database'],
    [at(3, 2), 'other-epoch'],
  ] as const) {
    await soon(feed.wait('reset', position));
    assert.deepEqual(await feed.after('reset', position), reset(reason));
  }
  assert.deepEqual(await numbersAfter(feed, 'reset', 2), [3]);
  await assert.rejects(feed.after('nobody', at(0)), WorkspaceNotFoundError);
});

test('events that somebody has dropped between others are not passed over in silence', async () => {
  await insertWorkspace(database.pool, 'gap');
  await happen(database.pool, Array<string>(5).fill('gap'));
  await database.pool.query(`delete from events where workspace_id = 'gap' and number in (3, 4)`);
  const { feed } = createFeed();
  assert.deepEqual(await numbersAfter(feed, 'gap', 0), [1, 2]);
  assert.deepEqual(await feed.after('gap', at(2)), { kind: 'reset', reason: 'too-old', position: at(5) });
  assert.deepEqual(await numbersAfter(feed, 'gap', 4), [5]);
});

test('who waits for a workspace that does not exist is told so, beside others who go on waiting', async () => {
  await insertWorkspace(database.pool, 'exists');
  const { feed } = createFeed();
  const wait = feed.wait('exists', at(0));
  await assert.rejects(soon(feed.wait('nobody', at(0))), WorkspaceNotFoundError);
  await assert.rejects(soon(feed.position('nobody')), WorkspaceNotFoundError);
  assert.ok(await isWaiting(wait));
  await happen(database.pool, ['exists']);
  await soon(wait);
});

test('a feed that stops rejects who waits, and who comes later', async () => {
  await insertWorkspace(database.pool, 'stopped');
  const { feed } = createFeed();
  const wait = assert.rejects(feed.wait('stopped', at(0)), FeedStoppedError);
  await feed.stop();
  await wait;
  await assert.rejects(feed.wait('stopped', at(0)), FeedStoppedError);
});

test('a waiter whose signal is aborted already asks nothing, and others after it are served', async () => {
  await insertWorkspace(database.pool, 'aborted');
  const { feed, counted } = createFeed();
  await assert.rejects(feed.wait('aborted', at(0), AbortSignal.abort(new Error('gone'))), /gone/);
  assert.equal(counted.queries, 0);
  await happen(database.pool, ['aborted']);
  await soon(feed.wait('aborted', at(0)));
});

test('an event that ids do not find, of a transaction open for too long, is found by its workspace', async () => {
  await insertWorkspace(database.pool, 'overlooked');
  const { feed, counted } = createFeed({ checkIntervalMs: 200 });
  const wait = feed.wait('overlooked', at(0));
  await eventually(() => assert.ok(counted.queries >= 3));
  const writer = await openWriter();
  await writer.query(
    `with w as (update workspaces set last_event = 1 where id = 'overlooked')
     insert into events (id, workspace_id, number, kind) values (-7, 'overlooked', 1, 'workspace_changed')`,
  );
  await writer.query('commit');
  await writer.end();
  await soon(wait);
  assert.deepEqual(await numbersAfter(feed, 'overlooked', 0), [1]);
});

test('a database that is restored under the waiters ends the waits for what it does not have, and what happens then is told', async () => {
  const own = await createTestDatabase();
  const open = openDatabase({ url: own.url, poolSize: 2, applicationName: 'test', onError: () => {} });
  const { feed } = createFeed({ checkIntervalMs: 200 }, open);
  try {
    for (const id of ['ahead', 'level']) await insertWorkspace(open.pool, id);
    await happen(open.pool, ['level', 'ahead']);
    await open.close();
    const backup = await backUp(own.url);
    const again = openDatabase({ url: own.url, poolSize: 2, applicationName: 'test', onError: () => {} });
    const { feed: follower } = createFeed({ checkIntervalMs: 200 }, again);
    await happen(again.pool, ['ahead', 'ahead', 'ahead']);
    const waits = [follower.wait('ahead', at(4)), follower.wait('level', at(1))];
    assert.ok(await isWaiting(waits[0]!));
    await backup.restore();
    await soon(waits[0]!, 15_000);
    assert.deepEqual(await follower.after('ahead', at(4)), {
      kind: 'reset',
      reason: 'newer-than-database',
      position: at(1),
    });
    assert.ok(await isWaiting(waits[1]!));
    await happen(again.pool, ['level']);
    await soon(waits[1]!);
    assert.deepEqual(await numbersAfter(follower, 'level', 1), [2]);
    const other = follower.wait('ahead', at(1));
    await again.pool.query('update deployment set epoch = 5');
    await soon(other);
    assert.deepEqual(await follower.after('ahead', at(1)), {
      kind: 'reset',
      reason: 'other-epoch',
      position: at(1, 5),
    });
    await follower.stop();
    await again.close();
  } finally {
    await feed.stop();
    await own.drop();
  }
});

test('reading begins with the ids that are not there, and with none of those that are', async () => {
  const own = await createTestDatabase();
  const open = openDatabase({ url: own.url, poolSize: 2, applicationName: 'test', onError: () => {} });
  const client = await open.pool.connect();
  const passBy = async (count: number) => {
    await client.query(`select nextval('events_id_seq') from generate_series(1, $1::integer)`, [count]);
  };
  const start = async () => {
    const { through, missing } = await findStart(open);
    return { through, missing: [...missing] };
  };
  const ids = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);
  try {
    assert.deepEqual(await start(), { through: 1, missing: [1] }, 'no id was given out yet');
    await insertWorkspace(open.pool, 'begins');
    await happen(open.pool, ['begins']);
    assert.deepEqual(await start(), { through: 1, missing: [] });
    await passBy(3);
    assert.deepEqual(await start(), { through: 4, missing: ids(2, 4) });
    await happen(open.pool, ['begins', 'begins']);
    await passBy(2);
    assert.deepEqual(await start(), { through: 8, missing: [...ids(2, 4), 7, 8] });
    await open.pool.query(
      `insert into events (workspace_id, number, kind) select 'begins', n, 'workspace_changed' from generate_series(4, 30000) as n`,
    );
    await passBy(1);
    assert.deepEqual(await start(), { through: 30_006, missing: [30_006] });
  } finally {
    client.release();
    await open.close();
    await own.drop();
  }
});

test('the feed reads events by index, and a look one partition, however many events and partitions there are', async () => {
  const own = await createTestDatabase();
  const open = openDatabase({ url: own.url, poolSize: 1, applicationName: 'test', onError: () => {} });
  const plans: { text: string; plan: string }[] = [];
  const pool = {
    async query(text: string, values?: unknown[]) {
      if (/from events\b/.test(text)) {
        const { rows } = await open.pool.query<Record<string, string>>(`explain ${text}`, values);
        plans.push({ text, plan: rows.map((row) => row['QUERY PLAN']).join('\n') });
      }
      return await open.pool.query(text, values);
    },
  } as unknown as pg.Pool;
  const { feed } = createFeed({}, { pool });
  try {
    await insertWorkspace(open.pool, 'plan');
    await open.pool.query(
      `insert into events (workspace_id, number, kind) select 'plan', n, 'workspace_changed' from generate_series(1, 60000) as n`,
    );
    await open.pool.query(`update workspaces set last_event = 60000 where id = 'plan'`);
    const wait = feed.wait('plan', at(60_000));
    await eventually(() => assert.ok(plans.length > 3));
    const writer = await openWriter(own.url);
    await happen(writer, ['plan']);
    await writer.query('rollback');
    await writer.end();
    await happen(open.pool, ['plan']);
    await soon(wait);
    assert.deepEqual(await numbersAfter(feed, 'plan', 59_999), [60_000, 60_001]);
    const looks = plans.filter(({ text }) => text.includes('id > $1'));
    assert.ok(looks.length > 2 && plans.length >= looks.length + 2);
    for (const { plan } of plans) assert.doesNotMatch(plan, /Seq Scan on events_\d/, plan);
    // Two around midnight.
    for (const { plan } of looks) assert.ok(new Set(plan.match(/ events_\d{8}\b/g)).size <= 2, plan);
  } finally {
    await feed.stop();
    await open.close();
    await own.drop();
  }
});
