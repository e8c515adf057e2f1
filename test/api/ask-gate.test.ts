import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { createAskGate, readSnapshot } from '../../src/api/v1/gates/ask-gate.ts';
import { createLog } from '../../src/process/log.ts';

test('a gate that the server gives up at the deadline, before the client does, did not answer in time', async () => {
  assert.match(await silenceOfServer(constants.NGHTTP2_CANCEL), /did not answer in time/);
});

test('what gRPC says of a gate that could not be asked goes to the log and not into the answer', async () => {
  const lines: string[] = [];
  const silence = await silenceOfServer(constants.NGHTTP2_PROTOCOL_ERROR, lines);
  assert.match(silence, /could not be asked/);
  assert.doesNotMatch(silence, /RST_STREAM|INTERNAL|UNAVAILABLE|127\.0\.0\.1/);
  assert.match(lines.join(''), /RST_STREAM/);
});

test('the errors of a gate are read from workers of this release and of the one before', () => {
  const facts = {
    workspaceId: 'acme',
    tier: null,
    limit: null,
    limitSource: null,
    running: [],
    pending: 0,
    lastAdmissions: [],
  };
  const expected = { ...facts, lastError: 'no Postgres', watchError: 'paused' };
  assert.deepEqual(readSnapshot({ ...facts, trouble: 'no Postgres', watchTrouble: 'paused' }), expected);
  assert.deepEqual(readSnapshot(expected), expected);
  assert.deepEqual(readSnapshot({ ...facts, trouble: null }), { ...facts, lastError: null });
});

/** The answer about a gate when Temporal resets every call with this code. */
async function silenceOfServer(code: number, lines: string[] = []): Promise<string> {
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ level: 'debug', process: 'test', destination });
  const server = createServer((request) => request.stream.close(code));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
  try {
    const { snapshot, silence } = await createAskGate(new Client({ connection }), log)('acme');
    assert.equal(snapshot, null);
    return silence;
  } finally {
    await connection.close();
    server.close();
  }
}
