import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EventFeed } from '../../../src/db/events/event-feed.ts';
import { ExecutionEvents } from '../../../src/db/events/execution-events.ts';
import { readExecutionEvents } from '../../../src/db/events/read-execution-events.ts';
import { eventuallyEqual } from '../../support/eventually.ts';
import { type OpenTestDatabase, openTestDatabase } from '../../support/database.ts';
import { insertPending, insertWorkspace } from '../../support/rows.ts';

let open: OpenTestDatabase;
let feed: EventFeed;
let events: ExecutionEvents;
const errors: unknown[] = [];
before(async () => {
  open = await openTestDatabase();
  feed = new EventFeed(open.database, { onError: (error) => errors.push(error), onBehind: () => {} });
  events = new ExecutionEvents(feed, (error) => errors.push(error));
});
after(async () => {
  await feed.stop();
  await open.close();
  assert.deepEqual(errors, []);
});

async function place(workspaceId: string, count: number): Promise<string[]> {
  await insertWorkspace(open.database.pool, workspaceId);
  return insertPending(open.database.pool, workspaceId, count);
}

/** Tells of an end, as the product does. */
async function end(workspaceId: string, executionId: string): Promise<void> {
  await open.database.pool.query(
    `with w as (update workspaces set last_event = last_event + 1 where id = $1 returning last_event)
     insert into events (workspace_id, number, kind, execution_id, seq, status)
     select $1, last_event, 'ended', $2, 1, 'completed' from w`,
    [workspaceId, executionId],
  );
}

const SOON = () => AbortSignal.timeout(5_000);

test('an end is told to who waits for that execution, and to nobody else of its workspace', async () => {
  const [one, two] = (await place('told', 2)) as [string, string];
  const stop = new AbortController();
  const from = await feed.position('told');
  const waits = [events.ended('told', one, from, SOON()), events.ended('told', one, from, SOON())];
  const other = events.ended('told', two, from, stop.signal);
  assert.deepEqual([events.following, feed.waiting], [1, 1]);
  await end('told', one);
  await Promise.all(waits);
  assert.equal(events.following, 1);
  stop.abort(new Error('enough'));
  await assert.rejects(other, /enough/);
  await eventuallyEqual(() => [events.following, feed.waiting], [0, 0]);
});

test('an end that was told before somebody waited for it, and after his position, is not missed', async () => {
  const [one, two, three] = (await place('passed', 3)) as [string, string, string];
  const stop = new AbortController();
  const from = await feed.position('passed');
  const staying = events.ended('passed', three, from, stop.signal).catch(() => {});
  const witness = events.ended('passed', two, from, SOON());
  await end('passed', one);
  await end('passed', two);
  await witness;
  await events.ended('passed', one, from, SOON());
  stop.abort();
  await staying;
});

test('when the epoch changes, all who wait are sent to read the state', async () => {
  const [one] = (await place('restored', 1)) as [string];
  const from = await feed.position('restored');
  const wait = events.ended('restored', one, from, AbortSignal.timeout(20_000));
  await open.database.pool.query('update deployment set epoch = epoch + 1');
  await wait;
  // Of an older epoch than the one in which the others are followed.
  await events.ended('restored', one, from, SOON());
});

test('the events of one execution are read from the table by number, with what is complete', async () => {
  const [one, two] = (await place('read', 2)) as [string, string];
  const { rows } = await open.database.pool.query<{ epoch: number }>('select epoch from deployment');
  const { epoch } = rows[0]!;
  for (const id of [one, two, one, two, two]) await end('read', id);
  const read = async (number: number) => {
    const execution = { workspaceId: 'read', id: one, createdAt: new Date() };
    const answer = await readExecutionEvents(open.database, execution, { epoch, number });
    return [
      answer.kind === 'events' ? answer.events.map((event) => event.number) : answer.reason,
      answer.through.number,
    ];
  };
  assert.deepEqual(await read(0), [[1, 3], 5]);
  assert.deepEqual(await read(1), [[3], 5]);
  assert.deepEqual(await read(5), [[], 5]);
  assert.deepEqual(await read(6), ['newer-than-database', 5]);
  await open.database.pool.query(`delete from events where workspace_id = 'read' and number <= 2`);
  assert.deepEqual(await read(1), ['too-old', 5]);
  assert.deepEqual(await read(2), [[3], 5]);
});
