import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { downloadTemporalBinary } from '../../src/local/temporal/download-temporal-binary.ts';
import { temporalCliArchive } from '../../src/local/temporal/temporal-cli-archive.ts';

const PROGRAM = '#!/bin/sh\necho "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"\n';

let base: string;
let folder: string;
/** What the server has, by path; a text is a redirect to it. */
const served = new Map<string, Buffer | string>();
let asked: string[];
const server = createServer((request, response) => {
  asked.push(request.url!);
  const found = served.get(request.url!);
  if (found === undefined) response.writeHead(404).end();
  else if (typeof found === 'string') response.writeHead(302, { location: found }).end();
  else response.end(found);
});

const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** An archive of what `fill` puts into a folder. */
function archiveOf(fill: (folder: string) => void, ...tarArgs: string[]): Buffer {
  const content = mkdtempSync(join(base, 'content-'));
  fill(content);
  return execFileSync('tar', ['-cz', '-P', '-C', content, ...tarArgs]);
}

/** With the program under its plain name, as the releases have it. */
const releaseArchive = () =>
  archiveOf(
    (content) => {
      writeFileSync(join(content, 'temporal'), PROGRAM);
      writeFileSync(join(content, 'LICENSE'), 'text');
    },
    'LICENSE',
    'temporal',
  );

const download = (path: string, digest: string | null, given: string | null = null) =>
  downloadTemporalBinary(
    { version: '1.5.1', folder, progress: () => {}, sha256: given },
    { url: `${origin()}${path}`, sha256: digest },
  );

before(async () => {
  base = mkdtempSync(join(tmpdir(), 'sluice-download-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  folder = mkdtempSync(join(base, 'folder-'));
  served.clear();
  asked = [];
});
after(() => {
  server.close();
  rmSync(base, { recursive: true, force: true });
});

test('an archive with the right digest leaves the program, ready to run, and nothing else', async () => {
  const archive = releaseArchive();
  served.set('/archive.tar.gz', archive);
  await download('/archive.tar.gz', sha256(archive));
  assert.deepEqual(readdirSync(folder), ['temporal']);
  assert.match(execFileSync(join(folder, 'temporal'), ['--version'], { encoding: 'utf8' }), /Server 1\.29/);
});

test('an archive with another digest is thrown away unopened, and the program that was there stays', async () => {
  writeFileSync(join(folder, 'temporal'), 'the one before');
  served.set('/archive.tar.gz', releaseArchive());
  await assert.rejects(
    download('/archive.tar.gz', 'a'.repeat(64)),
    /has the SHA-256 [0-9a-f]{64}, and not a{64}/,
  );
  assert.deepEqual(readdirSync(folder), ['temporal']);
  assert.equal(readFileSync(join(folder, 'temporal'), 'utf8'), 'the one before');
});

test('without a digest nothing is asked for', async () => {
  await assert.rejects(download('/archive.tar.gz', null), /set TEMPORAL_CLI_SHA256/);
  assert.deepEqual(asked, []);
});

test('a digest that was given goes before the pinned one', async () => {
  const archive = releaseArchive();
  served.set('/archive.tar.gz', archive);
  await download('/archive.tar.gz', 'a'.repeat(64), sha256(archive));
  assert.deepEqual(readdirSync(folder), ['temporal']);
});

test('no entry but the program is written, and a program that is a link is refused', async () => {
  const outside = join(base, 'outside');
  mkdirSync(outside, { recursive: true });
  const evil = archiveOf(
    (content) => {
      writeFileSync(join(outside, 'written'), 'x');
      symlinkSync('/bin/sh', join(content, 'temporal'));
    },
    '../outside/written',
    'temporal',
  );
  rmSync(join(outside, 'written'));
  served.set('/archive.tar.gz', evil);
  await assert.rejects(download('/archive.tar.gz', sha256(evil)), /is not a file/);
  assert.equal(existsSync(join(outside, 'written')), false);
  assert.deepEqual(readdirSync(folder), []);
});

test('a release sends us on to where its files are, but never to another protocol', async () => {
  const archive = releaseArchive();
  served.set('/release', '/stored.tar.gz');
  served.set('/stored.tar.gz', archive);
  await download('/release', sha256(archive));
  assert.deepEqual(asked, ['/release', '/stored.tar.gz']);
  served.set('/other', 'ftp://127.0.0.1/archive.tar.gz');
  await assert.rejects(download('/other', sha256(archive)), /sends us on to ftp:/);
  served.set('/loop', '/loop');
  await assert.rejects(download('/loop', sha256(archive)), /more than 5 times/);
});

test('an archive that is not to be had fails by its address', async () => {
  await assert.rejects(download('/gone.tar.gz', 'a'.repeat(64)), /\/gone\.tar\.gz answered 404/);
});

test('a digest is pinned for each platform that the release is built for', () => {
  for (const platform of ['linux', 'darwin'])
    for (const arch of ['x64', 'arm64']) {
      const { url, sha256: digest } = temporalCliArchive('1.5.1', platform, arch);
      assert.match(
        url,
        /^https:\/\/github\.com\/temporalio\/cli\/releases\/download\/v1\.5\.1\/temporal_cli_1\.5\.1_\w+\.tar\.gz$/,
      );
      assert.match(digest ?? '', /^[0-9a-f]{64}$/);
    }
  assert.equal(temporalCliArchive('1.5.1', 'freebsd', 'x64').sha256, null);
  assert.equal(temporalCliArchive('1.6.0', 'linux', 'x64').sha256, null);
});
