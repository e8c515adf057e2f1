import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ConfigError } from '../../src/config/config.ts';
import { printError } from '../../src/process/operator-error.ts';

function printed(t: TestContext, error: unknown): unknown {
  const { mock } = t.mock.method(console, 'error', () => {});
  printError(error);
  mock.restore();
  return mock.calls[0]!.arguments[0];
}

test('an error for operators is its message alone', (t) => {
  const error = new ConfigError(['PORT is "eighty"']);
  assert.equal(printed(t, error), `ConfigError: ${error.message}`);
});

test('any other error keeps its stack, whatever its name', (t) => {
  class SomebodyElsesError extends Error {
    override readonly name = 'SomebodyElsesError';
  }
  for (const error of [new Error('x'), new TypeError('x'), new SomebodyElsesError('x'), 'x'])
    assert.equal(printed(t, error), error);
});
