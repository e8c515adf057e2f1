import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../src/cli/command-line.ts';
import { sluice, SLUICE } from '../support/processes/sluice-command.ts';

test('what npm links as `sluice` is run by Node and lists every command', async () => {
  assert.match(readFileSync(SLUICE, 'utf8'), /^#!\/usr\/bin\/env node\n/);
  const { code, stdout } = await sluice(['--help']);
  assert.equal(code, 0);
  assert.deepEqual(
    [...stdout.matchAll(/^ {2}([a-z-]+) /gm)].map((match) => match[1]),
    Object.keys(COMMANDS),
  );
});

for (const name of Object.keys(COMMANDS)) {
  test(`\`sluice ${name}\` says what it does and what its exit codes mean, and starts nothing`, async () => {
    for (const flag of ['--help', '-h']) {
      const { code, stdout, stderr } = await sluice([name, flag]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`^sluice ${name}\\b[\\s\\S]*^Exit code: 0 `, 'm'));
    }
  });

  test(`\`sluice ${name}\` refuses an option that it does not have`, async () => {
    const { code, stdout, stderr } = await sluice([name, '--fix']);
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`^UsageError: .*'--fix'.*\\nsluice ${name}\\b`));
    assert.equal(stdout, '');
  });
}

const UNKNOWN: { args: string[]; says: RegExp }[] = [
  { args: ['sever'], says: /^sluice has no command sever\. Did you mean `sluice server`\?/ },
  { args: ['aduit', '--json'], says: /^sluice has no command aduit\. Did you mean `sluice audit`\?/ },
  { args: ['frobnicate'], says: /^sluice has no command frobnicate\. `sluice --help`/ },
  { args: ['constructor'], says: /^sluice has no command constructor\. `sluice --help`/ },
  { args: ['--json'], says: /^sluice has no command --json\. / },
  { args: [], says: /^sluice COMMAND/ },
];

for (const { args, says } of UNKNOWN) {
  test(`\`${['sluice', ...args].join(' ')}\` ends with 2 and says which commands there are`, async () => {
    const { code, stdout, stderr } = await sluice(args);
    assert.equal(code, 2);
    assert.match(stderr, says);
    assert.equal(stdout, '');
  });
}

test('the API loads nothing of the worker or of the packages that only a worker needs', async () => {
  const server = await filesLoadedBy('server');
  const worker = await filesLoadedBy('worker');
  const isWorkers = (file: string) =>
    /\/dist\/src\/worker\/|\/node_modules\/@temporalio\/(worker|core-bridge)\//.test(file);
  assert.ok(worker.some(isWorkers), 'a worker does');
  assert.ok(server.some((file) => file.includes('/node_modules/fastify/')));
  assert.deepEqual(server.filter(isWorkers), []);
});

/** Node writes down every script that it has loaded; a wrong setting ends the process once all of them are. */
async function filesLoadedBy(name: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-loaded-'));
  try {
    const { code, stderr } = await sluice([name], { NODE_V8_COVERAGE: folder, LOG_LEVEL: 'wrong' });
    assert.equal(code, 1);
    assert.match(stderr, /^ConfigError: .*\n.*LOG_LEVEL/);
    return readdirSync(folder).flatMap((file) => {
      const { result } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
        result: { url: string }[];
      };
      return result.map(({ url }) => url);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
