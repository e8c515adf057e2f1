import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { createAskGate } from '../../src/api/ask-gate.ts';

test('a gate that the server gives up at the deadline, before the client does, did not answer in time', async () => {
  const server = createServer((request) => request.stream.close(constants.NGHTTP2_CANCEL));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
  try {
    const { snapshot, silence } = await createAskGate(new Client({ connection }))('acme');
    assert.equal(snapshot, null);
    assert.match(silence, /did not answer in time/);
  } finally {
    await connection.close();
    server.close();
  }
});
