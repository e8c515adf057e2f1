import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../src/process/log.ts';
import type { GateSignal } from '../../src/temporal/gates/signal-gate.ts';
import { WAKE_SOON_MS, createGateWaker } from '../../src/temporal/gates/gate-waker.ts';

const log = createLog({ level: 'silent', process: 'test' });

/** Sends that end when the test says so. */
function heldSends() {
  const sent: { workspaceId: string; signal: GateSignal; end: (error?: Error) => void }[] = [];
  const send = (workspaceId: string, signal: GateSignal) =>
    new Promise<void>((resolve, reject) => {
      sent.push({ workspaceId, signal, end: (error) => (error ? reject(error) : resolve()) });
    });
  return { sent, send };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('wakes asked for while one is in flight cause exactly one more after it', async () => {
  const { sent, send } = heldSends();
  const waker = createGateWaker(send, log);
  for (let i = 0; i < 50; i++) waker.wake('w');
  assert.equal(sent.length, 1);
  sent[0]!.end();
  await turn();
  assert.equal(sent.length, 2, 'the row committed after the first signal was sent is not forgotten');
  sent[1]!.end();
  await waker.allSent();
  assert.equal(sent.length, 2);
});

test('a resize asked for while a wake is in flight is not turned into a wake', async () => {
  const { sent, send } = heldSends();
  const waker = createGateWaker(send, log);
  for (const signal of ['wake', 'resize', 'wake'] as const) waker.wake('w', signal);
  sent[0]!.end();
  await turn();
  assert.deepEqual(
    sent.map((s) => s.signal),
    ['wake', 'resize'],
  );
  sent[1]!.end();
  await waker.allSent();
});

test('ISOLATION: one workspace whose wake hangs or fails holds up no other', async () => {
  const { sent, send } = heldSends();
  const waker = createGateWaker(send, log);
  waker.wake('hangs');
  waker.wake('other');
  assert.deepEqual(
    sent.map((s) => s.workspaceId),
    ['hangs', 'other'],
  );
  sent[1]!.end(new Error('refused'));
  await turn();
  waker.wake('other');
  assert.equal(sent.length, 3, 'a failed wake does not block the next');
  for (const { end } of sent) end();
  await waker.allSent();
});

test('any number of wakes that may be soon are one, sent within its time', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { sent, send } = heldSends();
  const waker = createGateWaker(send, log);
  for (let i = 0; i < 50; i++) waker.wakeSoon('w');
  t.mock.timers.tick(WAKE_SOON_MS / 2 - 1);
  assert.equal(sent.length, 0);
  waker.wakeSoon('w');
  t.mock.timers.tick(WAKE_SOON_MS / 2 + 1);
  assert.equal(sent.length, 1);
  waker.wakeSoon('w');
  t.mock.timers.tick(WAKE_SOON_MS);
  sent[0]!.end();
  await turn();
  assert.equal(sent.length, 2, 'one that was asked for while another was in flight is not lost');
  sent[1]!.end();
  await waker.allSent();
});

test('a wake that is sent makes one that may be soon superfluous; one that was sent before does not', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { sent, send } = heldSends();
  const waker = createGateWaker(send, log);
  waker.wake('w');
  waker.wakeSoon('w');
  waker.wake('w');
  sent[0]!.end();
  await turn();
  assert.equal(sent.length, 2);
  sent[1]!.end();
  await turn();
  t.mock.timers.tick(WAKE_SOON_MS);
  assert.equal(sent.length, 2);
  await waker.allSent();
});

test('at the end what was to be sent soon is sent at once', async () => {
  const { sent, send } = heldSends();
  const waker = createGateWaker(send, log);
  waker.wakeSoon('w');
  const settled = waker.allSent();
  assert.equal(sent.length, 1);
  sent[0]!.end();
  await settled;
});

test('of many workspaces no more than the bound are woken at once, first come first served, and none is forgotten', async () => {
  const { sent, send } = heldSends();
  const waker = createGateWaker(send, log, { atOnce: 3 });
  const ids = Array.from({ length: 10 }, (_, i) => `w${i}`);
  for (const id of ids) waker.wake(id);
  // One that was woken already comes again: behind workspaces that have waited since before.
  waker.wake('w0');
  let ended = 0;
  for (; ended < sent.length; ended++) {
    assert.ok(sent.length - ended <= 3, `${sent.length - ended} are in flight`);
    sent[ended]!.end(ended % 2 === 0 ? undefined : new Error('refused'));
    await turn();
  }
  assert.deepEqual(
    sent.map((s) => s.workspaceId),
    [...ids, 'w0'],
  );
  await waker.allSent();
});

test('wakes asked for while their workspace waits for its turn need no signal of their own, and a resize stays one', async () => {
  const { sent, send } = heldSends();
  const waker = createGateWaker(send, log, { atOnce: 1 });
  for (const id of ['busy', 'waits', 'waits', 'waits']) waker.wake(id);
  waker.wake('waits', 'resize');
  waker.wake('waits');
  for (let ended = 0; ended < sent.length; ended++) {
    sent[ended]!.end();
    await turn();
  }
  assert.deepEqual(
    sent.map(({ workspaceId, signal }) => `${workspaceId} ${signal}`),
    ['busy wake', 'waits resize'],
  );
  await waker.allSent();
});
