import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ActivitiesPathError, loadUserActivities } from '../../../src/worker/code/user-activities.ts';
import { WorkflowsPathError, loadUserWorkflows } from '../../../src/worker/code/user-workflows.ts';
import { testLog } from '../connected.ts';

let folder: string;
before(async () => {
  // Inside the package, so that user code finds @temporalio/workflow as it would in a project of its own.
  folder = await mkdtemp(join(fileURLToPath(new URL('../../../', import.meta.url)), 'user-code-'));
});
after(() => rm(folder, { recursive: true }));

async function written(name: string, code: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, code);
  return path;
}

const typesOf = async (code: string, name = `workflows-${Math.random()}.js`) =>
  (await loadUserWorkflows(await written(name, code), testLog())).types;

test("without a path Sluice's own workflow is served, and no activity beside its own", async () => {
  assert.deepEqual((await loadUserWorkflows('', testLog())).types, ['httpRequest']);
  assert.deepEqual(await loadUserActivities(''), {});
});

test("the workflow types are the module's exported functions", async () => {
  const code = `
    import { proxyActivities, defineSignal, log } from '@temporalio/workflow';
    const { work } = proxyActivities({ startToCloseTimeout: '1m' });
    export const signal = defineSignal('signal');
    export const LIMIT = 5;
    export async function first() { return work(); }
    export const second = async () => {};`;
  assert.deepEqual(await typesOf(code), ['first', 'second']);
});

test('a default export takes any workflow type', async () => {
  assert.deepEqual(
    await typesOf('export async function named() {}\nexport default async function any() {}'),
    ['*', 'named'],
  );
});

test('TypeScript is bundled as it is', async () => {
  assert.deepEqual(
    await typesOf(
      'export async function typed(input: { n: number }): Promise<number> { return input.n; }',
      'typed.ts',
    ),
    ['typed'],
  );
});

test('a module that needs a running workflow while it is imported is accepted, for any type', async () => {
  const code = `import { workflowInfo } from '@temporalio/workflow';\nconst id = workflowInfo().workflowId;\nexport async function late() { return id; }`;
  assert.deepEqual(await typesOf(code), ['*']);
});

const errorOf = (path: string) =>
  loadUserWorkflows(path, testLog()).then(
    () => assert.fail('it was accepted'),
    (error: unknown) => error as Error,
  );

test('a path that does not exist is named with its variable', async () => {
  const error = await errorOf('./no/such/workflows.js');
  assert.ok(error instanceof WorkflowsPathError);
  assert.match(error.message, /WORKFLOWS_PATH is "\.\/no\/such\/workflows\.js": there is no file \//);
  await assert.rejects(
    loadUserActivities('./no/such/activities.js'),
    (e) => e instanceof ActivitiesPathError && /ACTIVITIES_PATH/.test(e.message),
  );
});

test('code that does not bundle is an error that says why', async () => {
  const missing = await errorOf(
    await written('missing.js', `import './nowhere.js';\nexport async function w() {}`),
  );
  assert.ok(missing instanceof WorkflowsPathError);
  assert.match(missing.message, /nowhere\.js/);
  const node = await errorOf(
    await written(
      'node.js',
      `import { readFile } from 'node:fs/promises';\nexport async function w() { return readFile('x'); }`,
    ),
  );
  assert.match(node.message, /WORKFLOWS_PATH.*sandbox[^]*fs/);
});

test('a module without a function is an error', async () => {
  const error = await errorOf(await written('empty.js', 'export const nothing = 1;'));
  assert.match(error.message, /exports no function/);
});

test('activities that do not load are an error that says why', async () => {
  const path = await written('activities.mjs', `throw new Error('no key');`);
  await assert.rejects(
    loadUserActivities(path),
    (e) => e instanceof ActivitiesPathError && /does not load: no key/.test(e.message),
  );
});
