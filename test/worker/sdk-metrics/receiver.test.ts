import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../../src/process/log.ts';
import { receiveSdkMetrics } from '../../../src/worker/sdk-metrics/receiver.ts';

/** A field of a protobuf message that holds bytes, shorter than 128. */
const bytes = (number: number, content: Buffer | string) => {
  const body = Buffer.from(content);
  assert.ok(body.length < 128);
  return Buffer.concat([Buffer.from([number * 8 + 2, body.length]), body]);
};
const varint = (number: number, value: number) => Buffer.from([number * 8, value]);
const fixed64 = (number: number, value: number) => {
  const eight = Buffer.alloc(8);
  eight.writeBigInt64LE(BigInt(value));
  return Buffer.concat([Buffer.from([number * 8 + 1]), eight]);
};

/** An export of one counter, as OTLP has it. */
function exportOf(name: string, by: number): Buffer {
  const label = bytes(7, Buffer.concat([bytes(1, 'task_queue'), bytes(2, bytes(1, 'workflows.default'))]));
  const sum = Buffer.concat([bytes(1, Buffer.concat([fixed64(6, by), label])), varint(2, 1), varint(3, 1)]);
  return bytes(1, bytes(2, bytes(2, Buffer.concat([bytes(1, name), bytes(2, 'Counts.'), bytes(7, sum)]))));
}

const silent = createLog({ level: 'silent', process: 'test' });

test('what the runtime sends with the secret is added up, and what comes without it is not', async () => {
  const { url, headers, text } = await receiveSdkMetrics(silent);
  const send = (body: Buffer, by: Record<string, string>) =>
    fetch(url, { method: 'POST', headers: by, body });
  assert.equal((await send(exportOf('c', 3), headers)).status, 200);
  assert.equal((await send(exportOf('c', 4), headers)).status, 200);
  const known = '# HELP c Counts.\n# TYPE c counter\nc{task_queue="workflows.default"} 7\n';
  assert.equal(text(), known);
  for (const by of [{}, { authorization: 'Bearer guessed' }])
    assert.equal((await send(exportOf('c', 1_000), by)).status, 401);
  assert.equal((await fetch(url, { headers })).status, 401, 'and nothing is read here');
  assert.equal(text(), known);
});

test('an export that cannot be read is refused and logged, and the next one is taken', async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ level: 'warn', process: 'test', destination });
  const { url, headers, text } = await receiveSdkMetrics(log);
  const send = (body: Buffer) => fetch(url, { method: 'POST', headers, body });
  assert.equal((await send(exportOf('c', 1).subarray(0, 20))).status, 400);
  assert.match(lines.join(''), /metrics of the SDK could not be read/);
  assert.equal((await send(exportOf('c', 2))).status, 200);
  assert.match(text(), /^c\{.*\} 2$/m);
});
