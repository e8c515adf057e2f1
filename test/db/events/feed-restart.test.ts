import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../../src/db/connection/database.ts';
import { EventFeed } from '../../../src/db/events/event-feed.ts';
import { migrateDatabase } from '../../../src/db/migrate-database.ts';
import { DEFAULT_TIER_CONFIGS } from '../../../src/domain/tier.ts';
import { type LocalPostgres, startLocalPostgres } from '../../../src/local/postgres/local-postgres.ts';
import { freePort } from '../../../src/local/processes/ports.ts';
import { eventually } from '../../support/eventually.ts';
import { TcpProxy } from '../../support/proxy.ts';
import { insertWorkspace } from '../../support/rows.ts';
import { happen } from './happen.ts';

let dataDir: string;
let port: number;
let postgres: LocalPostgres;
before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-feed-'));
  port = await freePort();
  postgres = await startPostgres();
  await migrateDatabase(postgres.url, DEFAULT_TIER_CONFIGS, () => {});
});
after(async () => {
  await postgres?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const startPostgres = () => startLocalPostgres({ dataDir, port, onSpawn: () => {}, progress: () => {} });

const open = (url: string): Database =>
  openDatabase({ url, poolSize: 2, applicationName: 'test', statementTimeoutMs: 1_000, onError: () => {} });

function createFeed(database: Database) {
  const errors: unknown[] = [];
  const feed = new EventFeed(database, {
    checkIntervalMs: 3_600_000,
    onError: (error) => errors.push(error),
    onBehind: () => {},
  });
  return { feed, errors };
}

test('while Postgres restarts, who waits goes on waiting, looks become rare, and what is written afterwards is told', async () => {
  const database = open(postgres.url);
  await insertWorkspace(database.pool, 'restarted');
  const { feed, errors } = createFeed(database);
  const wait = feed.wait('restarted', { epoch: 1, number: 0 });
  await eventually(() => assert.ok(feed.waiting === 1));
  await postgres.stop();
  await eventually(() => assert.ok(errors.length >= 3));
  const [failures, begun] = [errors.length, performance.now()];
  await eventually(() => assert.ok(errors.length >= failures + 3));
  assert.ok(performance.now() - begun > 1_000, 'three more looks take their time');
  postgres = await startPostgres();
  await eventually(() => happen(database.pool, ['restarted']));
  await wait;
  const answer = await feed.after('restarted', { epoch: 1, number: 0 });
  assert.equal(answer.kind === 'events' && answer.events.length, 1);
  await feed.stop();
  await database.close();
});

test('what others write while a process cannot reach Postgres is told when it can again, in order and whole', async () => {
  const proxy = new TcpProxy(new URL(postgres.url));
  const [writing, reading] = [open(postgres.url), open((await proxy.url()).toString())];
  await insertWorkspace(writing.pool, 'cut-off');
  const { feed, errors } = createFeed(reading);
  const wait = feed.wait('cut-off', { epoch: 1, number: 0 });
  await feed.position('cut-off');
  for (const spoil of [() => proxy.cut(), () => proxy.freeze()]) {
    const failures = errors.length;
    spoil();
    for (let time = 0; time < 3; time++) await happen(writing.pool, ['cut-off']);
    await eventually(() => assert.ok(errors.length > failures), 30_000);
    proxy.mend();
  }
  await wait;
  const numbers = async () => {
    const answer = await feed.after('cut-off', { epoch: 1, number: 0 });
    return answer.kind === 'events' ? answer.events.map(({ number }) => number) : [];
  };
  await feed.wait('cut-off', { epoch: 1, number: 5 });
  assert.deepEqual(await numbers(), [1, 2, 3, 4, 5, 6]);
  await feed.stop();
  await Promise.all([writing.close(), reading.close()]);
  proxy.close();
});
