import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApi } from '../../../src/api/server/start-api.ts';
import { ConfigError, readConfig } from '../../../src/config/config.ts';
import { createLog } from '../../../src/process/log.ts';
import { createTestDatabase } from '../../support/database.ts';
import { testTemporal } from '../../support/temporal.ts';

const temporal = testTemporal(import.meta.url);

test('with AUTH=none it starts, and each start warns that whoever reaches it may use it', async () => {
  const database = await createTestDatabase();
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    process: 'test',
    destination: { write: (line: string) => void lines.push(line) },
  });
  const warned = () => lines.some((line) => line.includes('AUTH is none'));
  try {
    const settings = { PORT: '0', DATABASE_URL: database.url };
    await (await startApi(readConfig({ ...settings, AUTH: 'none' }), log, temporal)).stop();
    assert.ok(!warned());
    await (await startApi(readConfig({ ...settings, HOST: '0.0.0.0', AUTH: 'none' }), log, temporal)).stop();
    assert.ok(warned(), lines.join(''));
  } finally {
    await database.drop();
  }
});

test('an API that asks for keys says at its start when there is none, and warns of nothing else where others can reach it', async () => {
  const database = await createTestDatabase();
  const lines: string[] = [];
  const log = createLog({
    level: 'warn',
    process: 'test',
    destination: { write: (line: string) => void lines.push(line) },
  });
  try {
    const config = readConfig({ PORT: '0', DATABASE_URL: database.url, HOST: '0.0.0.0' });
    await (await startApi(config, log, temporal)).stop();
    assert.equal(lines.length, 1, lines.join(''));
    assert.match(lines[0]!, /there is no key: .*sluice keys create --admin/);
  } finally {
    await database.drop();
  }
});

test('an AUTH that there is not and an origin that is none are refused by name', () => {
  assert.throws(
    () => readConfig({ AUTH: 'nobody', CORS_ORIGINS: 'https://a.example:99999' }),
    (error: Error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /AUTH is "nobody"; allowed: keys, none/);
      assert.match(error.message, /CORS_ORIGINS has "https:\/\/a.example:99999"/);
      return true;
    },
  );
});
