import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PublicBindError } from '../../../src/api/boundary/public-bind.ts';
import { startApi } from '../../../src/api/server/start-api.ts';
import { ConfigError, readConfig } from '../../../src/config/config.ts';
import { createLog } from '../../../src/process/log.ts';
import { createTestDatabase } from '../../support/database.ts';
import { testTemporal } from '../../support/temporal.ts';

const temporal = testTemporal(import.meta.url);
const silent = createLog({ level: 'silent', process: 'test' });

test('an API that others can reach does not start while AUTH is not set', async () => {
  for (const HOST of ['0.0.0.0', '::', '10.1.2.3', 'sluice.example']) {
    const config = readConfig({ HOST, PORT: '0', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
    await assert.rejects(startApi(config, silent, temporal), (error: Error) => {
      assert.ok(error instanceof PublicBindError, String(error));
      assert.match(error.message, /AUTH=none/);
      return true;
    });
  }
});

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
    await (await startApi(readConfig({ ...settings, HOST: '127.0.0.1' }), log, temporal)).stop();
    assert.ok(!warned());
    await (await startApi(readConfig({ ...settings, HOST: '0.0.0.0', AUTH: 'none' }), log, temporal)).stop();
    assert.ok(warned(), lines.join(''));
  } finally {
    await database.drop();
  }
});

test('AUTH=keys and an origin that is none are refused by name', () => {
  assert.throws(
    () => readConfig({ AUTH: 'keys', CORS_ORIGINS: 'https://a.example:99999' }),
    (error: Error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /AUTH is "keys".*not have yet/);
      assert.match(error.message, /CORS_ORIGINS has "https:\/\/a.example:99999"/);
      return true;
    },
  );
});
