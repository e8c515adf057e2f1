import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { startLocalPostgres, type LocalPostgres } from '../../src/local/postgres/local-postgres.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type Answer, type SpoilableWorld, startSpoilableWorld } from './spoilable-world.ts';

/** A new cluster takes some 60 MB, and two more segments of its log 32 MB. */
const DISK_MB = 160;
/** Each input goes to pages of its own, as it cannot be compressed; so few of them leave Postgres's own log with room. */
const INPUT_CHARS = 100_000;
const TRIES_WHILE_FULL = 8;

let disk: Disk;
let postgres: LocalPostgres;
let world: SpoilableWorld;
before(async () => {
  disk = mountDisk();
  postgres = await startLocalPostgres({
    dataDir: disk.folder,
    port: await freePort(),
    onSpawn: () => {},
    progress: () => {},
  });
  await migrateDatabase(postgres.url, DEFAULT_TIER_CONFIGS, () => {});
  world = await startSpoilableWorld(import.meta.url, postgres.url);
});
after(async () => {
  await world?.stop();
  await postgres?.stop();
  disk?.unmount();
});

test('a full disk is answered with 503 database-full; reading goes on, nothing accepted is lost, and all goes on once there is room', async () => {
  const path = '/v1/workspaces/acme';
  const enqueue = (workflowType: string, input: string) =>
    world.call('POST', `${path}/executions`, { workflowType, input });
  await world.call('PUT', path, { tier: 'pro', limitOverride: 1 });
  const held = await enqueue('untilTold', 'first');
  await eventuallyEqual(() => world.seqs('acme', 'running'), [1]);

  disk.fill();
  const answers: Answer[] = [];
  for (let i = 0; i < TRIES_WHILE_FULL; i++)
    answers.push(await enqueue('echo', randomBytes(INPUT_CHARS / 2).toString('hex')));
  const refused = answers.filter(({ status }) => status !== 202);
  assert.ok(refused.length > 0, 'the disk was not full');
  for (const answer of refused) {
    assert.deepEqual(
      [answer.status, answer.body.type],
      [503, 'urn:sluice:problem:database-full'],
      JSON.stringify(answer.body),
    );
    assert.match(answer.retryAfter ?? '', /^[1-9]\d*$/);
    assert.match(answer.body.detail, /disk of Postgres is full/);
  }
  assert.equal((await world.call('GET', `${path}/executions/${held.body.id}`)).body.status, 'running');

  disk.free();
  await world.finish(held.body.id);
  const later = await eventually(async () => {
    const answer = await enqueue('echo', 'later');
    assert.equal(answer.status, 202);
    return answer;
  });
  const accepted = [held, ...answers.filter(({ status }) => status === 202), later];
  assert.deepEqual(
    accepted.map(({ body }) => body.seq),
    accepted.map((_, index) => index + 1),
    'no number was lost to a refused one',
  );
  await eventuallyEqual(
    () => world.seqs('acme', 'completed'),
    accepted.map(({ body }) => body.seq as number),
  );
  for (const { body } of accepted) {
    const { rows } = await world.database.pool.query('select input from all_executions where id = $1', [
      body.id,
    ]);
    assert.equal(rows[0].input, JSON.stringify(body.input));
  }
});

interface Disk {
  readonly folder: string;
  /** Leaves no byte free. */
  fill(): void;
  free(): void;
  unmount(): void;
}

/** A small disk of its own, in memory. */
function mountDisk(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (cause) {
    rmSync(folder, { recursive: true });
    throw new Error(
      'This test needs a disk of its own, which only root may mount (`mount -t tmpfs`). Run it as root, as CI does: ' +
        'sudo node tools/test.mjs test/outage/disk-full.test.ts',
      { cause },
    );
  }
  chmodSync(folder, 0o755);
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      const file = openSync(filler, 'w');
      const piece = Buffer.alloc(64 * 1024);
      try {
        for (;;) writeSync(file, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler),
    unmount() {
      execFileSync('umount', [folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true });
    },
  };
}
