import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { registerInstallationMetrics } from '../../src/api/ops/installation-metrics.ts';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { createLog } from '../../src/process/log.ts';
import { createTestDatabase } from '../support/database.ts';
import { insertPending, insertWorkspace } from '../support/rows.ts';

/** Metrics on that database, which count how often it is asked. */
function metricsOn(database: Database) {
  const registry = new Registry();
  const lines: string[] = [];
  const log = createLog({
    level: 'warn',
    process: 'test',
    destination: { write: (line: string) => void lines.push(line) },
  });
  let asked = 0;
  const db = new Proxy(database.db, {
    get(target, name) {
      if (name === 'execute') asked++;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
  registerInstallationMetrics(registry, { db }, log, { named: 1 });
  return { registry, lines, asked: () => asked };
}

const open = (url: string) =>
  openDatabase({ url, poolSize: 2, applicationName: 'test', connectTimeoutMs: 1_000, onError: () => {} });

test('however many scrape at once, Postgres is asked once', async () => {
  const testDatabase = await createTestDatabase();
  const database = open(testDatabase.url);
  try {
    await insertWorkspace(database.pool, 'one');
    await insertPending(database.pool, 'one', 7);
    const { registry, asked } = metricsOn(database);
    const texts = await Promise.all(Array.from({ length: 30 }, () => registry.metrics()));
    for (const text of texts) {
      assert.match(text, /^sluice_pending\{tier="pro"\} 7$/m);
      assert.match(text, /^sluice_workspace_pending\{workspace="one",tier="pro"\} 7$/m);
      assert.match(text, /^sluice_workspaces_restoring 0$/m);
    }
    assert.equal(asked(), 1);
  } finally {
    await database.close();
    await testDatabase.drop();
  }
});

test('while Postgres is away its numbers are absent, it is asked no more often, and one line says so', async () => {
  const database = open(`postgres://nobody@127.0.0.1:${await freePort()}/nothing`);
  try {
    const { registry, lines, asked } = metricsOn(database);
    for (let n = 0; n < 5; n++) {
      const text = await registry.metrics();
      assert.match(text, /^# TYPE sluice_pending gauge$/m);
      assert.doesNotMatch(text, /^sluice_/m);
    }
    assert.equal(asked(), 1);
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /are missing from it; is Postgres up\?/);
  } finally {
    await database.close();
  }
});
