import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What a caller has after `npm install` of the packed client: nothing else of the repository. */
let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-client-'));
  run('npm', ['pack', '--workspace', 'packages/client', '--pack-destination', folder], ROOT);
  const [tarball] = readdirSync(folder);
  const installed = join(folder, 'node_modules/@sluice/client');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', join(folder, tarball!), '--strip-components=1', '-C', installed], folder);
  for (const name of dependenciesOf(installed))
    cpSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
  for (const types of ['node', 'undici-types']) link(types === 'node' ? '@types/node' : types);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the package runs in Node with its own dependencies alone, which are none of the server', () => {
  writeFileSync(
    join(folder, 'caller.mjs'),
    `import { NoAnswerError, Sluice } from '@sluice/client';
    const sluice = new Sluice({ baseUrl: 'http://127.0.0.1:1', retryFor: 0 });
    await sluice.workspaces.get('acme').catch((error) => console.log(error instanceof NoAnswerError));`,
  );
  assert.equal(run(process.execPath, ['caller.mjs'], folder), 'true\n');
  assert.deepEqual(dependenciesOf(join(folder, 'node_modules/@sluice/client')).sort(), [
    'openapi-fetch',
    'openapi-typescript-helpers',
  ]);
});

test('what runs in a transaction is asked for by its own path, has the same errors and needs no library for Postgres', () => {
  writeFileSync(
    join(folder, 'transaction.mjs'),
    `import * as client from '@sluice/client';
    import { enqueue, ForbiddenError } from '@sluice/client/sql';
    const refused = Object.assign(new Error('may not'), { code: '42501', severity: 'ERROR' });
    const tx = { query: async (text, [workspace]) => { if (workspace === 'other') throw refused; return { rows: [{ id: text.slice(0, 21) }] }; } };
    const { id } = await enqueue(tx, 'orderReport', { workspace: 'acme' });
    const error = await enqueue(tx, 'orderReport', { workspace: 'other' }).catch((thrown) => thrown);
    console.log(id, error instanceof client.ForbiddenError && error instanceof ForbiddenError, error.cause === refused);`,
  );
  assert.equal(run(process.execPath, ['transaction.mjs'], folder), 'select sluice.enqueue true true\n');
});

/** With all that it needs, gzipped: what a page's bundler makes of it, and what a function in a cloud loads. */
const BUNDLES_MAX_BYTES = { '@sluice/client': 10_000, '@sluice/client/sql': 5_000 };

for (const [path, maxBytes] of Object.entries(BUNDLES_MAX_BYTES)) {
  test(`a bundle of all of ${path} is smaller than ${maxBytes / 1000} kB when it is gzipped`, async () => {
    const { outputFiles } = await build({
      stdin: { contents: `export * from '${path}';`, resolveDir: folder },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
    });
    const size = gzipSync(outputFiles[0]!.contents).length;
    assert.ok(size < maxBytes, `${size} bytes`);
  });
}

const CALLER = `import { ExecutionFailedError, QueueFullError, Sluice } from '@sluice/client';
import { enqueue, putWorkspace, type Transaction } from '@sluice/client/sql';
async function orderReport(input: { title: string }): Promise<{ orders: number }> { return { orders: input.title.length }; }
export async function report(sluice: Sluice): Promise<number> {
  const started = await sluice.start(orderReport, { workspace: 'acme', input: { title: 'x' } });
  for await (const { seq, status } of sluice.executions.list('acme')) { const n: number | null = seq; if (status === 'running') return n ?? 0; }
  try { return (await started.result({ timeout: 1_000 })).orders; }
  catch (error) {
    if (error instanceof ExecutionFailedError) return error.failure?.message.length ?? 0;
    if (error instanceof QueueFullError) return error.pending;
    throw error;
  }
}
export async function inTransaction(sluice: Sluice, tx: Transaction): Promise<() => Promise<number>> {
  await putWorkspace(tx, 'acme', 'pro');
  const enqueued = await enqueue(tx, orderReport, { workspace: 'acme', input: { title: 'x' } });
  return async () => (await sluice.executions.handle(enqueued).result()).orders;
}
// @ts-expect-error The workflow wants a title.
export const wrong = (sluice: Sluice) => sluice.start<typeof orderReport>('orderReport', { workspace: 'acme', input: {} });
`;

const COMMON_OPTIONS = {
  noEmit: true,
  strict: true,
  module: 'nodenext',
  target: 'es2022',
  skipLibCheck: true,
};
const surroundings = {
  'a browser': { lib: ['es2022', 'dom', 'dom.iterable'], types: [] },
  Node: { lib: ['es2022'], types: ['node'] },
};
const compilers = { 'TypeScript 5': 'packages/client', "this repository's compiler": '.' };
for (const [compiler, owner] of Object.entries(compilers)) {
  for (const [name, options] of Object.entries(surroundings)) {
    test(`the types of the package hold for ${compiler} in ${name}`, () => {
      writeFileSync(join(folder, 'caller.mts'), CALLER);
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          files: ['caller.mts'],
          compilerOptions: { ...options, ...COMMON_OPTIONS },
        }),
      );
      const typescript = createRequire(join(ROOT, owner, 'package.json')).resolve('typescript/package.json');
      run(process.execPath, [join(typescript, '../bin/tsc'), '-p', 'tsconfig.json'], folder);
    });
  }
}

/** Of a package and of the packages that it needs, by name. */
function dependenciesOf(path: string): string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies).flatMap((name) => [
    name,
    ...dependenciesOf(join(ROOT, 'node_modules', name)),
  ]);
}

function link(name: string): void {
  const target = join(folder, 'node_modules', name);
  mkdirSync(join(target, '..'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', name), target);
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${String(error ?? '')}\n${stdout}${stderr}`);
  return stdout;
}
