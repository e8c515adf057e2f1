import { fileURLToPath } from 'node:url';
import type { TemporalSettings } from '../../src/temporal/connection/temporal-settings.ts';

/**
 * The Temporal namespace that the run made for this test file; pass `import.meta.url`. Files run at the same time, and queue and
 * schedule names are fixed.
 */
export function testNamespace(importMetaUrl: string): string {
  return namespaceOf(fileURLToPath(importMetaUrl));
}

/** `dist/test/api/executions.test.js` has `test-api-executions`. */
export function namespaceOf(testFile: string): string {
  const fromTest = testFile.slice(testFile.lastIndexOf('/test/') + 1);
  return fromTest.replace(/\.test\.[jt]s$/, '').replaceAll(/[^A-Za-z0-9]+/g, '-');
}

/** The way to the namespace of a test file, on the run's server unless told otherwise; pass `import.meta.url`. */
export function testTemporal(importMetaUrl: string, address = testTemporalAddress()): TemporalSettings {
  return { address, isAddressSet: true, namespace: testNamespace(importMetaUrl), access: {} };
}

/** Where the run's Temporal is. */
export function testTemporalAddress(): string {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run tests with `node tools/test.mjs FILE`');
  return address;
}

/** Where the run's Temporal Web UI is. */
export function testUiUrl(): string {
  const url = process.env['SLUICE_TEST_UI_URL'];
  if (!url) throw new Error('SLUICE_TEST_UI_URL is not set: run tests with `node tools/test.mjs FILE`');
  return url;
}
