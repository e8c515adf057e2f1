import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { downloadTemporalBinary } from '../../src/local/download-temporal-binary.ts';

const PROGRAM = '#!/bin/sh\necho "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"\n';

let folder: string;
const asked: string[] = [];
let archive: Buffer;
const server = createServer((request, response) => {
  asked.push(request.url!);
  if (request.url!.startsWith('/cli/v1.5.1?')) {
    response.end(JSON.stringify({ archiveUrl: `${origin()}/archive.tar.gz`, fileToExtract: 'temporal' }));
  } else if (request.url === '/archive.tar.gz') response.end(archive);
  else response.writeHead(404).end();
});

const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-download-'));
  writeFileSync(join(folder, 'temporal'), PROGRAM);
  chmodSync(join(folder, 'temporal'), 0o755);
  archive = execFileSync('tar', ['-cz', '-C', folder, 'temporal']);
  rmSync(join(folder, 'temporal'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

after(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a download leaves the program, ready to run, and nothing else', async () => {
  await downloadTemporalBinary({ version: '1.5.1', folder, progress: () => {} }, origin());
  assert.deepEqual(readdirSync(folder), ['temporal']);
  assert.match(execFileSync(join(folder, 'temporal'), ['--version'], { encoding: 'utf8' }), /Server 1\.29/);
  assert.match(asked[0]!, /arch=(amd64|arm64)&platform=(linux|darwin)/);
});

test('a version that is not to be had fails by its address and keeps the program that was there', async () => {
  await assert.rejects(
    downloadTemporalBinary({ version: '0.0.0', folder, progress: () => {} }, origin()),
    /cli\/v0\.0\.0.* answered 404/,
  );
  assert.equal(readFileSync(join(folder, 'temporal'), 'utf8'), PROGRAM);
});
