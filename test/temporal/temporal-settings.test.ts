import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTemporalSettings } from '../../src/temporal/connection/temporal-settings.ts';

/** Without it the person's own file is read. */
const NO_FILE = { TEMPORAL_CONFIG_FILE: join(tmpdir(), 'no-such-file.toml') };

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'temporal-settings-')), 'temporal.toml');
  writeFileSync(file, text);
  return file;
}

test("Temporal's settings are those of the environment that is given, and no other", () => {
  const { address, isAddressSet, namespace, access } = readTemporalSettings({
    ...NO_FILE,
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    TEMPORAL_NAMESPACE: 'orders',
    TEMPORAL_API_KEY: 'secret',
  });
  assert.deepEqual([address, isAddressSet, namespace], ['temporal.example:7233', true, 'orders']);
  assert.deepEqual([access.apiKey, access.tls], ['secret', true]);

  assert.ok(process.env['TEMPORAL_ADDRESS'], "the run's own");
  const unset = readTemporalSettings({ ...NO_FILE, TEMPORAL_ADDRESS: undefined });
  assert.deepEqual(
    [unset.address, unset.isAddressSet, unset.namespace],
    ['127.0.0.1:7233', false, 'default'],
  );
});

test("a profile of Temporal's own file counts, and a variable goes before it", () => {
  const TEMPORAL_CONFIG_FILE = fileWith(
    '[profile.prod]\naddress = "temporal.example:7233"\nnamespace = "orders"\n',
  );
  const { address, isAddressSet, namespace } = readTemporalSettings({
    TEMPORAL_CONFIG_FILE,
    TEMPORAL_PROFILE: 'prod',
    TEMPORAL_NAMESPACE: 'invoices',
  });
  assert.deepEqual([address, isAddressSet, namespace], ['temporal.example:7233', true, 'invoices']);
});

test('settings that cannot be read say which variables and which file to correct', () => {
  for (const settings of [
    { TEMPORAL_CONFIG_FILE: fileWith('address = ') },
    { TEMPORAL_CONFIG_FILE: fileWith('[profile.prod]'), TEMPORAL_PROFILE: 'nowhere' },
  ])
    assert.throws(() => readTemporalSettings(settings), {
      name: 'TemporalSettingsError',
      message: /TEMPORAL_\* variables.*TEMPORAL_CONFIG_FILE.*TEMPORAL_PROFILE/,
    });
});
