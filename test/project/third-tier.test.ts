import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { readTiers } from '../../src/db/tiers/read-tiers.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { insertPending, requestOf } from '../support/rows.ts';
import { ROOT } from './copied-project.ts';

const COPIED = [
  'src',
  'examples',
  'packages/client/src',
  'packages/client/package.json',
  'packages/client/tsconfig.json',
  'drizzle',
  'drizzle.config.ts',
  'package.json',
  'tools/generate-migration.mjs',
  'tsconfig.base.json',
  'tsconfig.workflows.json',
  'tsconfig.node.json',
  'tsconfig.board.json',
  'tsconfig.client.json',
];
const PAGE = readFileSync(join(ROOT, 'docs/adding-a-tier.md'), 'utf8');
const LINE = /```ts\n(.*)\n *```/.exec(PAGE)![1]!;

let copy: string;
let testDatabase: TestDatabase;
let database: Database;
before(async () => {
  copy = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-tier-'));
  for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 2, applicationName: 'test', onError: () => {} });
});
after(async () => {
  await database.close();
  await testDatabase.drop();
  rmSync(copy, { recursive: true, force: true });
});

const tool = (name: string) => join(ROOT, 'node_modules/.bin', name);

function run(command: string, args: readonly string[], env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** The function of that name, as the copy has it. */
async function ofCopy<T>(path: string, name: string): Promise<T> {
  const module: unknown = await import(pathToFileURL(join(copy, 'dist/src', path)).href);
  return (module as Record<string, T>)[name]!;
}

test('a third tier is one line and one migration: its row begins by the settings, and its workspaces are admitted by its limit', async () => {
  const file = join(copy, 'src/domain/tier.ts');
  const source = readFileSync(file, 'utf8');
  const end = '} satisfies Record<string, TierConfig>;';
  assert.equal(source.split(end).length, 2);
  writeFileSync(file, source.replace(end, `${LINE}\n${end}`));

  const migrations = readdirSync(join(copy, 'drizzle'));
  run('npm', ['run', '--silent', 'db:generate', '--', '--name', 'scale']);
  const made = readdirSync(join(copy, 'drizzle')).filter((name) => !migrations.includes(name));
  assert.equal(made.length, 1);
  assert.equal(
    readFileSync(join(copy, 'drizzle', made[0]!), 'utf8').trim(),
    `ALTER TYPE "tier" ADD VALUE 'scale';`,
  );

  run(tool('tsc'), ['-b', 'tsconfig.node.json']);
  const settings = { DATABASE_URL: testDatabase.url, TIER_SCALE_CONCURRENT_LIMIT: '7' };
  const said = run(process.execPath, ['dist/src/cli/sluice.js', 'migrate'], settings);
  assert.match(said, /the tier scale begins with 7 executions at once/);
  assert.deepEqual(
    (await readTiers(database.db)).map(({ name, limit }) => `${name} ${limit}`),
    ['pro 5', 'enterprise 10', 'scale 7'],
  );

  type Write = typeof import('../../src/db/workspaces/put-workspace.ts').putWorkspace;
  const putWorkspace = await ofCopy<Write>('db/workspaces/put-workspace.js', 'putWorkspace');
  const tier = 'scale' as 'pro';
  await putWorkspace(
    database,
    'large',
    { tier, limitOverride: null, workers: 'pool' },
    { maxWorkspaces: 10 },
  );
  await insertPending(database.pool, 'large', 9);
  type Reconcile = typeof import('../../src/db/reconcile/reconcile-workspace.ts').reconcileWorkspace;
  const reconcile = await ofCopy<Reconcile>('db/reconcile/reconcile-workspace.js', 'reconcileWorkspace');
  const { limit, admitted } = await reconcile(database, requestOf('large'), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });
  assert.deepEqual([limit, admitted.length], [7, 7]);
});
