import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Compile } from 'typebox/compile';
import { closeWithin } from '../../../src/api/server/connection-drain.ts';
import { createLog } from '../../../src/process/log.ts';
import { happen } from '../../db/events/happen.ts';
import { eventuallyEqual } from '../../support/eventually.ts';
import { insertPending } from '../../support/rows.ts';
import { type ListeningApi, startListeningApi } from './listening-api.ts';
import { type Block, nextOf, readStream } from './read-stream.ts';
import { standInGate } from './stand-in-gate.ts';

const log = createLog({ level: 'silent', process: 'test' });

async function start(t: TestContext) {
  const api = await startListeningApi(t);
  const workspaceId = await api.workspace();
  const at = `/v1/workspaces/${workspaceId}`;
  const post = async (path: string, body?: unknown) =>
    (await api.ask(`${at}${path}`, { method: 'POST', body })).body;
  const stream = async (path: string, headers: Record<string, string> = {}) => {
    const response = await api.open(`${at}${path}`, { headers });
    assert.deepEqual([response.statusCode, response.headers['content-type']], [200, 'text/event-stream']);
    return Object.assign(readStream(response), { response });
  };
  return { api, workspaceId, at, post, stream, gate: standInGate(api.database, workspaceId) };
}

const dataOf = (block: Block) => JSON.parse(block.data!) as Record<string, unknown>;

async function take(stream: AsyncGenerator<Block>, count: number): Promise<Block[]> {
  const blocks: Block[] = [];
  while (blocks.length < count) blocks.push(await nextOf(stream));
  return blocks;
}

/** All that is left of a stream that ends. */
async function rest(stream: AsyncGenerator<Block>): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const block of stream) blocks.push(block);
  return blocks;
}

async function schemaOf(api: ListeningApi, name: string) {
  const { body } = await api.ask('/openapi.json');
  const defs = JSON.parse(
    JSON.stringify(body.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
  );
  return Compile({ $defs: defs, ...defs[name], additionalProperties: false } as never);
}

test('the stream of a workspace begins now and has each change after that, in order and as documented', async (t) => {
  const { api, workspaceId, at, post, stream, gate } = await start(t);
  await post('/executions', { workflowType: 'before' });
  const events = await stream('/events');
  assert.deepEqual(await nextOf(events), { retry: '1000', id: '1-1' });
  const { id } = await post('/executions', { workflowType: 'x' });
  await gate.admit();
  await post(`/executions/${id}/cancel`);
  await post(`/executions/${id}/terminate`);
  await gate.end(id);
  await api.ask(at, { method: 'PATCH', body: { limitOverride: 3 } });
  const blocks = await take(events, 7);
  assert.deepEqual(
    blocks.map(({ id: eventId, event }) => [eventId, event]),
    [
      'accepted',
      'admitted',
      'admitted',
      'cancel_requested',
      'terminate_requested',
      'ended',
      'workspace_changed',
    ].map((kind, index) => [`1-${index + 2}`, kind]),
  );
  const schema = await schemaOf(api, 'WorkspaceEvent');
  for (const block of blocks) assert.deepEqual(schema.Errors(dataOf(block)), [], block.data);
  const { at: endedAt, ...ended } = dataOf(blocks[5]!);
  assert.deepEqual(ended, {
    id: '1-7',
    kind: 'ended',
    workspaceId,
    executionId: id,
    seq: 2,
    status: 'completed',
  });
  assert.ok(Math.abs(Date.parse(String(endedAt)) - Date.now()) < 60_000);
  const changed = dataOf(blocks[6]!);
  assert.deepEqual([changed['executionId'], changed['seq'], changed['status']], [null, null, null]);
  events.response.destroy();
  await eventuallyEqual(() => [api.deps.waits.count, api.deps.events.waiting], [0, 0]);
});

test('a reader goes on after an id, that of Last-Event-ID before that of the query, without a gap or a double', async (t) => {
  const { api, workspaceId, at, stream } = await start(t);
  await happen(
    api.database.pool,
    Array.from({ length: 1_200 }, () => workspaceId),
  );
  const numbers = async (path: string, headers: Record<string, string>, count: number) => {
    const events = await stream(path, headers);
    assert.deepEqual(Object.keys(await nextOf(events)), ['retry', 'id']);
    const ids = (await take(events, count)).map(({ id }) => id);
    events.response.destroy();
    return ids;
  };
  const from = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => `1-${first + index}`);
  assert.deepEqual(await numbers('/events?after=1-0', {}, 1_200), from(1, 1_200));
  assert.deepEqual(await numbers('/events?after=1-3', { 'last-event-id': '1-1190' }, 10), from(1_191, 1_200));
  const waiting = await stream('/events', { 'last-event-id': '1-1200' });
  assert.deepEqual(await nextOf(waiting), { retry: '1000', id: '1-1200' });
  await happen(api.database.pool, [workspaceId]);
  assert.equal((await nextOf(waiting)).id, '1-1201');
  assert.equal((await api.ask(`${at}/events`, { method: 'HEAD' })).status, 200);
});

test('an id after which nothing can be told is a 410 with the id to go on from; one that is none is a 400', async (t) => {
  const { api, workspaceId, at, post, stream } = await start(t);
  const { id } = await post('/executions', { workflowType: 'x' });
  await happen(api.database.pool, [workspaceId, workspaceId]);
  await api.database.pool.query('delete from events where workspace_id = $1 and number <= 1', [workspaceId]);
  for (const path of ['/events', `/executions/${id}/events`]) {
    for (const [after, detail] of [
      ['1-0', /no longer kept/],
      ['2-2', /before the database was restored/],
      ['1-9', /newer than the database/],
    ] as const) {
      for (const answer of [
        await api.ask(`${at}${path}?after=${after}`),
        await api.ask(`${at}${path}`, { headers: { 'last-event-id': after } }),
      ]) {
        assert.deepEqual(
          [answer.status, answer.body.type, answer.body.after],
          [410, 'urn:sluice:problem:events-gone', '1-3'],
        );
        assert.match(answer.body.detail, detail);
        assert.match(answer.body.detail, /\?after=1-3\.$/);
      }
    }
    const goingOn = await stream(`${path}?after=1-3`);
    assert.equal((await nextOf(goingOn)).id, '1-3');
    for (const after of ['4', '-4', '1-', 'x-4', '1-4x', `1-${'9'.repeat(16)}`, '']) {
      const { status, body } = await api.ask(`${at}${path}?after=${after}`);
      assert.deepEqual(
        [status, body.errors[0].in, body.errors[0].path],
        [400, 'querystring', '/after'],
        after,
      );
    }
    const { status, body } = await api.ask(`${at}${path}`, {
      headers: { 'last-event-id': 'of another stream' },
    });
    assert.deepEqual([status, body.errors[0].path], [400, '/last-event-id']);
  }
  for (const [path, type] of [
    ['/v1/workspaces/nobody/events', 'workspace-not-found'],
    [`/v1/workspaces/nobody/events?after=1-0`, 'workspace-not-found'],
    [`/v1/workspaces/nobody/executions/${id}/events`, 'workspace-not-found'],
    [`${at}/executions/0199f3a2-7c1e-7000-8000-5f0c8f5a7b11/events`, 'execution-not-found'],
    [`${at}/executions/none/events?after=1-3`, 'execution-not-found'],
  ] as const) {
    const { status, body } = await api.ask(path);
    assert.deepEqual([status, body.type], [404, `urn:sluice:problem:${type}`], path);
  }
});

test('a stream whose events are lost by a restore ends, and its reader is told so when it comes again', async (t) => {
  const { api, workspaceId, at, stream } = await start(t);
  const events = await stream('/events');
  const { id } = await nextOf(events);
  await api.database.pool.query('update deployment set epoch = epoch + 1');
  await happen(api.database.pool, [workspaceId]);
  assert.deepEqual(await rest(events), []);
  const { status, body } = await api.ask(`${at}/events`, { headers: { 'last-event-id': id! } });
  assert.deepEqual([status, body.after], [410, '2-1']);
});

test('the stream of an execution begins with its state, has its own changes, ends with its end, and then no more', async (t) => {
  const { api, at, post, stream, gate } = await start(t);
  const text = '{"workflowType":"x","input":{\r\n "a": [1.0,\r2],\n "b": "\\n"}}';
  const other = await post('/executions', { workflowType: 'other' });
  const posted = await fetch(`${api.url}${at}/executions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
  });
  const { id } = (await posted.json()) as { id: string };
  const path = `/executions/${id}/events`;
  const events = await stream(path);
  const [opening, state] = await take(events, 2);
  assert.deepEqual(opening, { retry: '1000', id: '1-2' });
  assert.equal(state!.event, 'execution');
  assert.equal('id' in state!, false);
  assert.deepEqual([dataOf(state!)['status'], dataOf(state!)['position']], ['pending', 2]);
  assert.match(state!.data!, /"input":\{\n "a": \[1\.0,\n2\],\n "b": "\\n"\}/);
  assert.deepEqual((await schemaOf(api, 'Execution')).Errors(dataOf(state!)), []);

  await gate.admit();
  await post(`/executions/${other.id}/cancel`);
  await gate.end([other.id, id]);
  const [admitted, final, ended] = await rest(events);
  assert.deepEqual([admitted!.event, admitted!.id], ['admitted', '1-4']);
  assert.deepEqual(
    [final!.event, final!.id, dataOf(final!)['status']],
    ['execution', undefined, 'completed'],
  );
  assert.deepEqual(dataOf(final!)['result'], { ok: true });
  assert.deepEqual([ended!.event, dataOf(ended!)['status']], ['ended', 'completed']);

  const resumed = await stream(path, { 'last-event-id': '1-2' });
  assert.deepEqual(
    (await rest(resumed)).map((block) => [block.event, block.id]),
    [
      [undefined, '1-2'],
      ['admitted', '1-4'],
      ['execution', undefined],
      ['ended', ended!.id],
    ],
  );
  const nothing = await api.ask(`${at}${path}`, { headers: { 'last-event-id': ended!.id! } });
  assert.deepEqual([nothing.status, nothing.text], [204, '']);
  const again = await rest(
    await stream(path.toUpperCase().replaceAll(/EXECUTIONS|EVENTS/g, (word) => word.toLowerCase())),
  );
  assert.deepEqual(
    again.map(({ event }) => event),
    [undefined, 'execution'],
  );
  assert.equal(dataOf(again[1]!)['status'], 'completed');
});

test('a reader of an execution that comes again before its end misses nothing', async (t) => {
  const { api, at, post, stream, gate } = await start(t);
  const { id } = await post('/executions', { workflowType: 'x' });
  await gate.admit();
  const events = await stream(`/executions/${id}/events`, { 'last-event-id': '1-1' });
  assert.deepEqual(
    (await take(events, 2)).map((block) => [block.event, block.id]),
    [
      [undefined, '1-1'],
      ['admitted', '1-2'],
    ],
  );
  await api.ask(`${at}/executions/${id}/cancel`, { method: 'POST' });
  await gate.end(id);
  assert.deepEqual(
    (await rest(events)).map(({ event }) => event),
    ['cancel_requested', 'execution', 'ended'],
  );
  await eventuallyEqual(() => [api.deps.waits.count, api.deps.executionEvents.following], [0, 0]);
});

test('a stop of the server ends the streams in order, and a stream that is asked for meanwhile', async (t) => {
  const { api, post, stream } = await start(t);
  const { id } = await post('/executions', { workflowType: 'x' });
  const streams = await Promise.all(['/events', `/executions/${id}/events`].map((path) => stream(path)));
  for (const events of streams) await nextOf(events);
  assert.equal(await closeWithin(api.app, 10_000, log), true);
  for (const events of streams) {
    await rest(events);
    assert.equal(events.response.complete, true);
  }
});

test('five hundred streams of executions of one workspace follow it once, and each ends with its execution', async (t) => {
  const { api, workspaceId, stream, gate } = await start(t);
  const ids = await insertPending(api.database.pool, workspaceId, 500);
  const streams: Awaited<ReturnType<typeof stream>>[] = [];
  for (let from = 0; from < ids.length; from += 25) {
    const opened = ids.slice(from, from + 25).map((id) => stream(`/executions/${id}/events`));
    streams.push(...(await Promise.all(opened)));
  }
  await Promise.all(streams.map((events) => take(events, 2)));
  assert.deepEqual(
    [api.deps.executionEvents.following, api.deps.events.waiting, api.deps.waits.count],
    [1, 1, 500],
  );
  await gate.end(await gate.admit());
  const ended = await rest(streams[0]!);
  assert.equal(ended.at(-1)!.event, 'ended');
  assert.equal(api.deps.executionEvents.following, 1);
  assert.equal(await closeWithin(api.app, 10_000, log), true);
  for (const events of streams.slice(5))
    assert.equal(
      (await rest(events)).some(({ event }) => event === 'ended'),
      false,
    );
});
