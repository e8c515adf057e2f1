import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ProcessIdentity } from '../../src/local/processes/process-identity.ts';
import { eventually } from '../support/eventually.ts';
import {
  alive,
  killAll,
  launch,
  REPOSITORY,
  startSettings,
  untilRunning,
  type Started,
} from '../support/processes/started.ts';

/** Outside of the repository, so that nothing is found in its folders. */
let folder: string;
let project: string;
let settings: Record<string, string>;
let started: Started | undefined;
/** All that the start brought, itself too. */
let processes: ProcessIdentity[] = [];

before(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-starter-'));
  project = join(folder, 'my-workflows');
  // Not what somebody installed in its place.
  cpSync(join(REPOSITORY, 'examples/starter'), project, {
    recursive: true,
    filter: (path) => !/[\\/](node_modules|\.sluice)$/.test(path),
  });
  installPackages();
  linkSluice();
  settings = await startSettings(join(project, '.sluice'));
});

after(async () => {
  if (started?.child.exitCode === null && started.child.signalCode === null) await interrupt(started);
  killAll(processes);
  rmSync(folder, { recursive: true, force: true });
});

test("a new user's project runs by the commands of its README: an execution of its workflow completes with what its activities gave", async () => {
  started = launch(
    settings,
    ['sh', '-c', readmeLine(/^ {4}(WORKFLOWS_PATH=.* npx sluice start)$/m)],
    project,
  );
  await untilRunning(started);
  processes = started.processes();
  assert.match(
    started.printed(),
    /Try it, with an input of yours:\n\n +curl .*"workflowType":"onboarding","input":\{\}/,
  );

  const curls = [...readme().matchAll(/^ {4}(curl (?:.*\\\n)*.*)$/gm)].map((match) => match[1]!);
  assert.equal(curls.length, 3, 'the workspace, an execution, the list');
  const [workspace, execution] = [await run(curls[0]!), await run(curls[1]!)];
  assert.equal(workspace['id'], 'acme');
  assert.equal(execution['workflowType'], 'onboarding');
  await eventually(async () => {
    const [{ status }] = (await run(curls[2]!))['items'] as [{ status: string }];
    assert.equal(status, 'completed');
  }, 60_000);
  const { result } = await run(`${curls[2]}/${String(execution['id'])}`);
  const { accountId, sentAt } = result as { accountId: string; sentAt: string };
  assert.match(accountId, /^[\da-f]{12}$/);
  assert.ok(!Number.isNaN(Date.parse(sentAt)), sentAt);

  await interrupt(started);
  await eventually(() => assert.deepEqual(alive(processes), []), 30_000);
});

/** Ctrl-C, which every process of the terminal gets. */
async function interrupt({ child, ended }: Started): Promise<void> {
  process.kill(-child.pid!, 'SIGINT');
  await ended();
}

/** The line of a command, at the port of this run; gives its answer. */
async function run(line: string): Promise<Record<string, unknown>> {
  const curl = launch({}, ['sh', '-c', atOurPort(line).replace('curl ', 'curl -s ')], project);
  assert.equal(await curl.ended(), 0, curl.printed());
  return JSON.parse(curl.printed()) as Record<string, unknown>;
}

function readme(): string {
  return readFileSync(join(project, 'README.md'), 'utf8');
}

function readmeLine(pattern: RegExp): string {
  const line = pattern.exec(readme())?.[1];
  assert.ok(line, `README.md has ${pattern.source}`);
  return line;
}

function atOurPort(line: string): string {
  return line.replace('127.0.0.1:8080', `127.0.0.1:${settings['PORT']}`);
}

/** What `npm install` brings for its dependencies: copies, because the target of a link would be found in the repository. */
function installPackages(): void {
  const { dependencies } = manifestOf(project);
  const copied = new Set<string>();
  const copy = (name: string, neededBy: string): void => {
    const source = installedAt(name, neededBy);
    if (copied.has(source)) return;
    copied.add(source);
    cpSync(source, join(project, source.slice(REPOSITORY.length)), { recursive: true });
    for (const next of Object.keys(manifestOf(source).dependencies ?? {})) copy(next, source);
  };
  for (const name of Object.keys(dependencies ?? {})) copy(name, REPOSITORY);
}

/** What `npm install ../sluice` makes. */
function linkSluice(): void {
  const { bin } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    bin: { sluice: string };
  };
  symlinkSync(REPOSITORY, join(project, 'node_modules/sluice'));
  mkdirSync(join(project, 'node_modules/.bin'));
  symlinkSync(join('../sluice', bin.sluice), join(project, 'node_modules/.bin/sluice'));
  chmodSync(join(REPOSITORY, bin.sluice), 0o755);
}

function manifestOf(at: string): { readonly dependencies?: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as ReturnType<typeof manifestOf>;
}

function installedAt(name: string, neededBy: string): string {
  const folders = createRequire(join(neededBy, 'package.json')).resolve.paths(name) ?? [];
  const found = folders.map((each) => join(each, name)).find((each) => existsSync(each));
  assert.ok(found?.startsWith(REPOSITORY), `${name} is installed`);
  return found!;
}
