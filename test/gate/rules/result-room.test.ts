import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResultRoom } from '../../../src/workflows/gate/pace/result-room.ts';

const MB = 1024 * 1024;

test('before a result has been seen, as many children are open as fit into a history whatever they return', () => {
  const room = new ResultRoom();
  assert.equal(room.startsAtMost(0), 24);
  assert.equal(room.startsAtMost(10), 14);
  assert.equal(room.startsAtMost(30), 0);
});

test('the largest result seen, of whichever child, bounds the open children', () => {
  const room = new ResultRoom();
  room.ended(100, { isOwn: true });
  assert.ok(room.startsAtMost(0) > 1_000);
  room.ended(2 * MB, { isOwn: false });
  assert.equal(room.startsAtMost(0), 12);
  room.ended(100, { isOwn: true });
  assert.equal(room.startsAtMost(0), 12, 'a small one does not make up for it');
});

test('what the history grew by counts as well: the details of a failure are in no result', () => {
  const room = new ResultRoom();
  room.measure(10_000);
  room.ended(0, { isOwn: true });
  room.ended(0, { isOwn: true });
  room.measure(10_000 + 4 * MB);
  assert.equal(room.startsAtMost(0), 12);
  room.measure(10_000 + 40 * MB);
  assert.equal(room.startsAtMost(0), 12, 'without an end of its own children it grew by something else');
});

test('the next run knows what this one has learnt', () => {
  const room = new ResultRoom();
  assert.equal(room.largestBytes, undefined);
  room.ended(2 * MB, { isOwn: true });
  assert.equal(new ResultRoom(room.largestBytes).startsAtMost(0), 12);
});
