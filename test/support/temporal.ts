import { fileURLToPath } from 'node:url';

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

/** Where the run's Temporal Web UI is. */
export function testUiUrl(): string {
  const url = process.env['SLUICE_TEST_UI_URL'];
  if (!url) throw new Error('SLUICE_TEST_UI_URL is not set: run tests with `node tools/test.mjs FILE`');
  return url;
}
