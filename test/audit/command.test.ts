import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventuallyEqual } from '../support/eventually.ts';
import { REPOSITORY, killAll, launch, startSettings, untilRunning } from '../support/processes/started.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
let folder: string;
let workspace: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-audit-'));
  world = await startWorld(import.meta.url);
  workspace = await world.workspace();
  await world.enqueue(workspace, 'nothing');
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1]);
});
after(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as `npm run audit` runs it, against this test's deployment. */
async function auditCommand(args: readonly string[], settings: Record<string, string> = {}): Promise<Ended> {
  const env = {
    ...process.env,
    DATABASE_URL: world.config.DATABASE_URL,
    TEMPORAL_NAMESPACE: world.temporal.namespace,
    ...settings,
  };
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      ['dist/src/cli/sluice.js', 'audit', ...args],
      { cwd: REPOSITORY, env },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

test('the audit prints its table and ends with 0 when there is no breach', async () => {
  const { code, stdout, stderr } = await auditCommand([]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^1 workspaces, 1 executions/);
  for (const invariant of [
    'CAP',
    'FIFO',
    'DURABLE',
    'ONCE',
    'OUTCOME',
    'LEAK',
    'WORK-CONSERVING',
    'COUNTERS',
    'EVENTS',
  ])
    assert.match(stdout, new RegExp(`^${invariant} +0 `, 'm'));
  assert.match(stdout, /No breach\.\n$/);
  assert.match(stderr, new RegExp(`workspace 1 of 1: ${workspace}, 1 executions`));
});

test("the audit ends with 1 on a breach and names the execution; a client's log is read from a file", async () => {
  const log = join(folder, 'accepted.jsonl');
  const lost = '01a00000-0000-7000-8000-000000000000';
  const answer = { workspaceId: workspace, executionId: lost, status: 202, at: new Date().toISOString() };
  writeFileSync(log, `${JSON.stringify(answer)}\n\n`);
  const { code, stdout } = await auditCommand(['--accepted', log, '--workspace', workspace]);
  assert.equal(code, 1);
  assert.match(stdout, /^DURABLE +1 /m);
  assert.match(stdout, new RegExp(`^DURABLE: Execution ${lost} was answered with 202`, 'm'));
  const json = await auditCommand(['--accepted', log, '--json']);
  assert.equal(json.code, 1);
  const report = JSON.parse(json.stdout) as {
    ok: boolean;
    checks: { invariant: string; breaches: unknown[] }[];
  };
  assert.equal(report.ok, false);
  assert.equal(report.checks.find(({ invariant }) => invariant === 'DURABLE')?.breaches.length, 1);
});

test('executions that ended before --since are left out', async () => {
  const { stdout } = await auditCommand(['--since', '2999-01-01T00:00:00Z']);
  assert.match(stdout, /^OUTCOME +0 {2}0 ends compared/m);
  assert.match((await auditCommand(['--since', '2020-01-01T00:00:00Z'])).stdout, /^OUTCOME +0 {2}1 ends/m);
});

const REFUSALS: { what: string; args?: string[]; settings?: Record<string, string>; says: RegExp }[] = [
  { what: 'no database', settings: { DATABASE_URL: '' }, says: /DATABASE_URL is not set/ },
  {
    what: 'a database that does not answer',
    settings: { DATABASE_URL: 'postgres://x:y@127.0.0.1:1/z' },
    says: /Postgres does not answer.*\n.*Set DATABASE_URL/,
  },
  {
    what: 'a Temporal that does not answer',
    settings: { TEMPORAL_ADDRESS: '127.0.0.1:1' },
    says: /Set TEMPORAL_ADDRESS/,
  },
  { what: 'a workspace that is not there', args: ['--workspace', 'nobody'], says: /no workspace nobody/ },
  { what: 'an unknown flag', args: ['--fix'], says: /--fix[\s\S]*--workspace ID/ },
  { what: 'a time that is none', args: ['--since', 'monday'], says: /--since monday is not a time/ },
  { what: 'a number that is none', args: ['--grace', 'long'], says: /--grace long is not a number/ },
  { what: 'a log that is not there', args: ['--accepted', '/nowhere'], says: /cannot be read.*\/nowhere/ },
];

for (const { what, args = [], settings, says } of REFUSALS) {
  test(`the audit ends with 2 and says what to do: ${what}`, async () => {
    const { code, stdout, stderr } = await auditCommand(args, {
      SLUICE_DATA_DIR: join(folder, 'nothing-runs-here'),
      ...settings,
    });
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
    assert.equal(stdout, '');
  });
}

test("a line of a client's log that is not an answer is named", async () => {
  const log = join(folder, 'wrong.jsonl');
  writeFileSync(log, `{"workspaceId":"${workspace}"}\n`);
  const { code, stderr } = await auditCommand(['--accepted', log]);
  assert.equal(code, 2);
  assert.match(stderr, /wrong\.jsonl, line 1 is not an accepted answer/);
});

test('without variables the audit finds the Postgres and the Temporal that `npm start` runs', async () => {
  const settings = await startSettings(join(folder, 'started'));
  const started = launch(settings);
  try {
    await untilRunning(started);
    const audit = launch(settings, [process.execPath, 'dist/src/cli/sluice.js', 'audit']);
    assert.equal(await audit.ended(), 0, audit.printed());
    assert.match(audit.printed(), /^0 workspaces, 0 executions$/m);
    started.child.kill('SIGTERM');
    await started.ended();
  } finally {
    if (started.child.exitCode === null) killAll(started.processes());
  }
});
