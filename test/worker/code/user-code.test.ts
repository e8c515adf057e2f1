import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ActivitiesPathError, loadUserActivities } from '../../../src/worker/code/user-activities.ts';
import { WorkflowsPathError, loadUserWorkflows } from '../../../src/worker/code/user-workflows.ts';
import { testLog } from '../connected.ts';

let folder: string;
/** A project that has installed nothing. */
let emptyProject: string;
before(async () => {
  emptyProject = await mkdtemp(join(tmpdir(), 'sluice-empty-project-'));
  await writeFile(join(emptyProject, 'package.json'), '{ "type": "module" }');
  // Inside the package, so that user code finds @temporalio/workflow as it would in a project of its own.
  folder = await mkdtemp(join(fileURLToPath(new URL('../../../', import.meta.url)), 'user-code-'));
});
after(async () => {
  await rm(folder, { recursive: true });
  await rm(emptyProject, { recursive: true });
});

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

test('activities in TypeScript are loaded as they are, with what they import by any of the usual spellings', async () => {
  await written(
    'rates.ts',
    'export enum Rate { low = 1, high = 2 }\nexport interface Order { readonly n: number }',
  );
  await written('sum.ts', 'export const sum = (...all: number[]): number => all.reduce((a, b) => a + b, 0);');
  await mkdir(join(folder, 'prices'));
  await written('prices/index.ts', 'export const price = 10 as const;');
  await written('plain.js', 'export const plain = 100;');
  const path = await written(
    'activities.ts',
    `import { Context } from '@temporalio/activity';
    import type { Nobody } from './nowhere.ts';
    import { Rate, type Order } from './rates.js';
    import { sum } from './sum';
    import { price } from './prices';
    import { plain } from './plain.js';
    export const LIMIT: number = 5;
    export async function total(order: Order): Promise<number> { return sum(order.n, Rate.high, price, plain); }
    export const place = (): string => import.meta.url;
    export const mustRun = (_: Nobody) => Context.current();`,
  );
  const { total, place, ...others } = await loadUserActivities(path);
  assert.deepEqual(Object.keys(others), ['mustRun']);
  assert.equal(await total!({ n: 1000 } as never), 1112);
  assert.equal(place!(), pathToFileURL(path).href);
});

test('TypeScript of a project that is not of modules is CommonJS, as its package.json says', async () => {
  await mkdir(join(folder, 'common'));
  await written('common/package.json', '{}');
  await written('common/part.ts', 'export const part: string = "part";');
  const path = await written(
    'common/activities.ts',
    `import { join } from 'node:path';
    import { part } from './part';
    import pg from 'pg';
    import { Client } from '@temporalio/client';
    export async function where(): Promise<string> { return join(__dirname, part); }
    export const kinds = (): string[] => [typeof pg.Pool, typeof Client];`,
  );
  const { where, kinds } = await loadUserActivities(path);
  assert.equal(await where!(), join(folder, 'common', 'part'));
  assert.deepEqual(kinds!(), ['function', 'function']);
});

test('an error in an activity in TypeScript names the line that it was written on', async () => {
  const path = await written(
    'throws.ts',
    `interface Shape {\n  readonly a: string;\n  readonly b: string;\n}\nexport async function fails(_: Shape): Promise<void> {\n  throw new Error('here');\n}`,
  );
  const { fails } = await loadUserActivities(path);
  const error = await (fails!({} as never) as Promise<void>).then(
    () => assert.fail('it did not throw'),
    (reason: unknown) => reason as Error,
  );
  assert.match(error.stack ?? '', /throws\.ts:6:/);
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

test('a project without a package that it imports is told in one line what to install', async () => {
  const version = (createRequire(import.meta.url)('@temporalio/workflow/package.json') as { version: string })
    .version;
  const code = join(emptyProject, 'src');
  await mkdir(code);
  const workflows = join(code, 'workflows.ts');
  await writeFile(
    workflows,
    `import { sleep } from '@temporalio/workflow';\nexport async function w() { await sleep(1); }`,
  );
  assert.equal(
    (await errorOf(workflows)).message,
    `WORKFLOWS_PATH: ${workflows} needs the package @temporalio/workflow, which is not installed. In ${emptyProject}: npm install @temporalio/workflow@${version}`,
  );
  for (const name of ['activities.ts', 'activities.mjs']) {
    const activities = join(code, name);
    await writeFile(
      activities,
      `import { log } from '@temporalio/activity/lib';\nexport async function a() { log.info('a'); }`,
    );
    await assert.rejects(loadUserActivities(activities), {
      name: 'ActivitiesPathError',
      message: `ACTIVITIES_PATH: ${activities} needs the package @temporalio/activity, which is not installed. In ${emptyProject}: npm install @temporalio/activity@${version}`,
    });
  }
  const others = join(emptyProject, 'others.ts');
  await writeFile(others, `import { x } from 'not-there/deep';\nexport async function a() { return x; }`);
  assert.match(
    (await errorOf(others)).message,
    /needs the package not-there, which is not installed\. In .*: npm install not-there$/,
  );
});

test('a module without a function is an error', async () => {
  const error = await errorOf(await written('empty.js', 'export const nothing = 1;'));
  assert.match(error.message, /exports no function/);
});

test('activities that do not load are an error that says why', async () => {
  const wrong = await written('wrong.ts', 'export async function a(): Promise<void> {\n  return return;\n}');
  await assert.rejects(
    loadUserActivities(wrong),
    (e) => e instanceof ActivitiesPathError && /does not load: [^]*wrong\.ts:2/.test(e.message),
  );
  const path = await written('activities.mjs', `throw new Error('no key');`);
  await assert.rejects(
    loadUserActivities(path),
    (e) => e instanceof ActivitiesPathError && /does not load: no key/.test(e.message),
  );
});
