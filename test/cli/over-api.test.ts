import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningProduct, startProduct } from '../support/processes/running-product.ts';
import { environmentOfTheMachine, REPOSITORY } from '../support/processes/started.ts';
import { type Ended, sluice, SLUICE } from '../support/processes/sluice-command.ts';

let folder: string;
let product: RunningProduct;
/** Of the admin's. */
let env: Record<string, string>;
let secret: string;

before(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-over-api-'));
  product = await startProduct(join(folder, '.sluice'), {
    AUTH: 'keys',
    WORKFLOWS_PATH: fileURLToPath(new URL('./workflows/index.js', import.meta.url)),
  });
  const data = { SLUICE_DATA_DIR: join(folder, '.sluice') };
  const { code, stdout, stderr } = await sluice(['keys', 'create', '--admin'], data);
  assert.equal(code, 0, stderr);
  const file = join(folder, 'admin.key');
  writeFileSync(file, stdout);
  chmodSync(file, 0o600);
  secret = stdout.trim().split('_')[2]!;
  env = { SLUICE_URL: product.url, SLUICE_KEY_FILE: file };
});
after(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => sluice(args, env);

/** Of a command that is to be done. */
async function done(...args: string[]): Promise<Ended> {
  const ended = await run(...args);
  assert.equal(ended.code, 0, `sluice ${args.join(' ')}\n${ended.stdout}${ended.stderr}`);
  return ended;
}

// What a test looks at in a document of the API's own schemas.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const json = async (...args: string[]): Promise<any> => JSON.parse((await done(...args, '--json')).stdout);
const jsonLines = async (...args: string[]) =>
  (await done(...args, '--json')).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

async function start(workspace: string, type: string, input: unknown, ...more: string[]): Promise<string> {
  const { id } = await json(
    'executions',
    'start',
    workspace,
    type,
    '--input',
    JSON.stringify(input),
    ...more,
  );
  return id as string;
}

const statusOf = async (workspace: string, id: string) =>
  (await json('executions', 'get', workspace, id)).status as string;

test('a workspace is put, shown, listed, resized, paused, resumed and deleted, and its changes say who did it', async () => {
  await done('workspaces', 'put', 'steered', '--tier', 'pro', '--reason', 'a new customer');
  const { stdout } = await done('workspaces', 'get', 'steered');
  assert.match(stdout, /^workspace +steered\ntier +pro\nlimit +5 \(tier\)\n/);
  const [listed] = await jsonLines('workspaces', 'list', '--search', 'STEERED');
  assert.deepEqual([listed!['id'], listed!['health'], listed!['limit']], ['steered', 'idle', 5]);
  assert.match(
    (await done('workspaces', 'list', '--search', 'steered')).stdout,
    /^WORKSPACE +TIER +HEALTH +LIMIT .*\nsteered +pro +idle +5 \(tier\)/,
  );

  const resized = await done('workspaces', 'resize', 'steered', '7', '--reason', 'ticket 12');
  assert.equal(resized.stdout, 'steered: limit 5 -> 7 (override); 0 running, 0 pending\n');
  assert.equal((await json('workspaces', 'resize', 'steered', 'tier')).limitSource, 'tier');

  const paused = await done('workspaces', 'pause', 'steered', '--reason', 'billing', '--until', '2h');
  assert.match(
    paused.stdout,
    /^steered: 0 go on, 0 wait; paused until .*Z, since .*Z, by key \w{12}: billing\n$/,
  );
  assert.equal((await jsonLines('workspaces', 'list', '--health', 'paused')).length, 1);
  assert.match((await done('workspaces', 'resume', 'steered')).stdout, /^steered: not paused; 0 of 5 slots/);

  const id = (await json('keys', 'list', '--json', '--limit', '1')).id as string;
  const changes = await jsonLines('workspaces', 'changes', 'steered');
  assert.deepEqual(
    changes.map(({ act, by, reason }) => [act, by, reason]),
    [
      ['resumed', id, null],
      ['paused', id, 'billing'],
      ['limit_changed', id, null],
      ['limit_changed', id, 'ticket 12'],
      ['workspace_created', id, 'a new customer'],
    ],
  );

  const asked = await run('workspaces', 'delete', 'steered');
  assert.equal(asked.code, 2, 'there is nobody to ask');
  assert.match(asked.stderr, /Deletes the workspace steered for good, .*Nothing was done/s);
  assert.match((await done('workspaces', 'delete', 'steered', '--yes')).stdout, /^workspace +steered\n/);
  await eventually(async () => assert.equal((await run('workspaces', 'get', 'steered')).code, 1));
});

test('an execution is started, waited for, listed, cancelled, terminated and run again', async () => {
  await done('workspaces', 'put', 'runs', '--tier', 'pro', '--limit', '1');
  const now = ['executions', 'start', 'runs', 'report', '--input', '{"seconds":0}'];
  const { stdout } = await done(...now, '--wait', '--timeout', '60s');
  assert.equal(stdout, '{"pages":12}\n');
  const file = join(folder, 'input.json');
  writeFileSync(file, '{"seconds":600}');
  const long = ['executions', 'start', 'runs', 'report', '--input-file', file, '--json'];
  const first = await json(...long, '--reference', 'order 7', '--label', 'team=a', '--idempotency-key', 'k');
  assert.deepEqual(
    (await json(...long, '--reference', 'order 7', '--label', 'team=a', '--idempotency-key', 'k')).id,
    first.id,
  );
  const second = await json(...long);
  await eventually(async () => assert.equal(await statusOf('runs', first.id), 'running'));
  const listed = await jsonLines('executions', 'list', 'runs', '--label', 'team=a', '--since', '1h');
  assert.deepEqual(
    listed.map(({ id, reference }) => [id, reference]),
    [[first.id, 'order 7']],
  );
  assert.equal(
    (await jsonLines('executions', 'list', '--reference', 'order 7')).length,
    1,
    'of all workspaces',
  );
  assert.equal((await run('executions', 'result', 'runs', first.id, '--timeout', '1s')).code, 5);

  assert.match((await done('executions', 'cancel', 'runs', second.id)).stdout, /cancelled\n$/);
  assert.equal((await run('executions', 'result', 'runs', second.id)).code, 4);
  assert.match((await done('executions', 'terminate', 'runs', first.id)).stdout, /it is being terminated/);
  await eventually(async () => assert.equal(await statusOf('runs', first.id), 'terminated'));
  const again = await json('executions', 'rerun', 'runs', first.id);
  assert.equal(again.rerunOf, first.id);
  await done('executions', 'terminate', 'runs', again.id);
});

test('all that match are ended on the server, after a preview and a question, and only when as many match as was said', async () => {
  await done('workspaces', 'put', 'bulky', '--tier', 'pro', '--limit', '1');
  const ids: string[] = [];
  for (let n = 0; n < 4; n++)
    ids.push(await start('bulky', 'report', { seconds: 600 }, '--label', `n=${n % 2}`));
  await eventually(async () => assert.equal(await statusOf('bulky', ids[0]!), 'running'));
  const cancel = ['executions', 'bulk', 'cancel', 'bulky', '--status', 'pending'];
  assert.equal((await done(...cancel, '--preview')).stdout, '3 executions match\n');
  assert.equal((await json(...cancel, '--label', 'n=1', '--preview')).matching, 2);
  const asked = await run(...cancel);
  assert.deepEqual([asked.code, asked.stdout], [2, '']);
  assert.match(asked.stderr, /Cancels 3 executions of the workspace bulky\.\nNothing was done/);
  assert.equal((await run(...cancel, '--yes', '--expect', '2')).code, 1);
  assert.equal(await statusOf('bulky', ids[1]!), 'pending');
  const act = await json(...cancel, '--yes', '--expect', '3', '--reason', 'ticket 13');
  assert.deepEqual([act.state, act.matching, act.done, act.reason], ['done', 3, 3, 'ticket 13']);
  for (const id of ids.slice(1)) assert.equal(await statusOf('bulky', id), 'cancelled');
  assert.match((await done('executions', 'bulk-act', act.id)).stdout, /^done +3$/m);
  assert.equal((await run('executions', 'bulk', 'cancel', '--yes')).code, 2, 'of which workspaces?');
  const all = ['executions', 'bulk', 'terminate', '--all-workspaces', '--type', 'report', '--label', 'n=0'];
  assert.match((await done(...all, '--yes')).stdout, /^workspace +all\nstate +done\nmatching +1\n/m);
});

test('programs get JSON alone on standard output, a list as lines, and an error as the problem', async () => {
  const tiers = await jsonLines('tiers', 'list');
  assert.deepEqual(
    tiers.map(({ name }) => name),
    ['pro', 'enterprise'],
  );
  const { code, stdout, stderr } = await run('workspaces', 'get', 'nobody', '--json');
  assert.deepEqual([code, stdout], [1, '']);
  assert.equal(JSON.parse(stderr).type, 'urn:sluice:problem:workspace-not-found');
  const top = await json('top', '--once');
  assert.deepEqual(Object.keys(top), ['at', 'stats', 'workspaces']);
});

test('exit codes tell what went wrong: refused, wrong arguments, not reachable', async () => {
  assert.equal((await run('workspaces', 'get', 'nobody')).code, 1);
  for (const [args, says] of [
    [['workspaces'], /needs to be told what to do/],
    [['workspaces', 'delte', 'x'], /There is no `sluice workspaces delte`/],
    [['workspaces', 'get'], /WORKSPACE is missing/],
    [['workspaces', 'get', 'a', 'b'], /b is a word too many/],
    [['workspaces', 'resize', 'a', 'many'], /LIMIT many is no whole number/],
    [['workspaces', 'list', '--health', 'ill'], /--health ill is none of/],
    [['workspaces', 'pause', 'a'], /--reason TEXT is missing/],
    [['executions', 'start', 'a', 't', '--input', '{'], /The input is no JSON/],
    [['top', '--every', 'often'], /--every often/],
    [['tiers', 'list', '--url', 'localhost:80'], /no http/],
    [['tiers', 'list', '--url', 'http://user:word@localhost'], /has a user name/],
    [['tiers', 'list', '--key-file', '/nowhere'], /key file cannot be read/],
  ] as const) {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, says);
    assert.equal(stdout, '');
  }
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const beganMs = performance.now();
  const { code, stderr } = await run('workspaces', 'list', '--url', nowhere);
  assert.equal(code, 3);
  assert.match(stderr, /^NoAnswerError: /);
  assert.ok(performance.now() - beganMs < 20_000);
});

test('a key is made over the API, may do what it was made for, and its secret is shown once and nowhere else', async () => {
  await done('workspaces', 'put', 'keyed', '--tier', 'pro');
  const made = await done('keys', 'create', '--name', 'web', '--workspace', 'keyed', '--right', 'read');
  assert.match(made.stdout, /^slc_\w+\n$/);
  const [, id, hidden] = made.stdout.trim().split('_');
  assert.ok(!made.stderr.includes(hidden!));
  const asWeb = (...args: string[]) =>
    sluice(args, { SLUICE_URL: product.url, SLUICE_KEY: made.stdout.trim() });
  assert.equal((await asWeb('workspaces', 'get', 'keyed')).code, 0);
  const forbidden = await asWeb('workspaces', 'resize', 'keyed', '3');
  assert.equal(forbidden.code, 1);
  assert.match(forbidden.stderr, /^ForbiddenError: /);
  const listed = await done('keys', 'list');
  assert.match(listed.stdout, new RegExp(`^${id} +keyed +read +web `, 'm'));
  const rotated = await done('keys', 'rotate', id!, '--grace', '1');
  assert.match(rotated.stdout, /^slc_\w+\n$/);
  await done('keys', 'revoke', id!);
  await eventually(async () => {
    const { code, stderr } = await asWeb('workspaces', 'get', 'keyed');
    assert.equal(code, 1);
    assert.match(stderr, /^UnauthenticatedError: .*SLUICE_KEY_FILE/s);
  });
  assert.ok(!(await done('keys', 'get', id!, '--json')).stdout.includes(hidden!));
  const inDatabase = await sluice(['keys', 'list'], { SLUICE_DATA_DIR: join(folder, '.sluice') });
  assert.match(inDatabase.stdout, new RegExp(`^${id}  keyed  read  web`, 'm'), 'without SLUICE_URL');
});

test('nothing secret is in the list of processes, or in what is printed', async () => {
  const following = follow('top', '--every', '1');
  await eventually(() => assert.match(following.printed(), /FAILED 1H/));
  const commandLine = readFileSync(`/proc/${following.pid}/cmdline`, 'utf8');
  following.stop();
  await following.ended;
  assert.ok(commandLine.includes('top') && !commandLine.includes(secret));
  assert.ok(!following.printed().includes(secret));
  const help = await done('workspaces', 'list', '--help');
  assert.doesNotMatch(help.stdout, /--key(?!-file)\b/);
});

/** A command that goes on until it is stopped. */
function follow(...args: string[]) {
  const child = spawn(process.execPath, [SLUICE, ...args], {
    cwd: REPOSITORY,
    env: { ...environmentOfTheMachine(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { pid: child.pid!, printed: () => printed, stop: () => void child.kill('SIGINT'), ended, child };
}

test('a list is watched, and what is watched has no colour and clears nothing where there is no terminal', async () => {
  const watching = follow('tiers', 'list', '--watch', '--every', '0.5');
  await eventually(() => assert.ok(watching.printed().split('LONGEST RUN').length > 3));
  watching.stop();
  await watching.ended;
  assert.ok(!watching.printed().includes('\u001b'));
});

test('tail prints each event as one line, and ends without a word when nobody reads on', async () => {
  await done('workspaces', 'put', 'tailed', '--tier', 'pro');
  const following = follow('tail', 'tailed', '--count', '3');
  const events = follow('tail', 'tailed', '--json', '--count', '3');
  await eventually(async () => {
    const metrics = await fetch(`${product.url}/metrics`, {
      headers: { authorization: `Bearer ${readFileSync(env['SLUICE_KEY_FILE']!, 'utf8').trim()}` },
    });
    assert.match(await metrics.text(), /^sluice_waiting_requests 2$/m);
  });
  const id = await start('tailed', 'report', { seconds: 0 });
  assert.deepEqual([await following.ended, await events.ended], [0, 0]);
  assert.match(
    following.printed(),
    new RegExp(
      `^[\\d:.]+  \\d+-\\d+ +accepted +${id}  pending  seq 1\n.* admitted .* running .*\n.* ended .* completed .*\n$`,
    ),
  );
  assert.deepEqual(
    events
      .printed()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind),
    ['accepted', 'admitted', 'ended'],
  );
  const one = await done('tail', 'tailed', '--execution', id);
  assert.match(one.stdout, new RegExp(`  execution  ${id}  completed\n$`));
  const reader = follow('tail', 'tailed', '--after', '1-0');
  reader.child.stdout.once('data', () => reader.child.stdout.destroy());
  await start('tailed', 'report', { seconds: 0 });
  assert.equal(await reader.ended, 0);
});

test('heal wakes a gate, and says that nothing was wrong, or what was', async () => {
  await done('workspaces', 'put', 'healed', '--tier', 'pro', '--limit', '1');
  const id = await start('healed', 'report', { seconds: 600 });
  await eventually(async () => assert.equal(await statusOf('healed', id), 'running'));
  const { stdout } = await done('heal', 'healed');
  assert.match(
    stdout,
    /^was wrong +nothing\nfound +its gate has looked: 1 -> 1 of 1 slots taken, 0 -> 0 wait\n$/,
  );
  await done('workspaces', 'pause', 'healed', '--reason', 'billing');
  const { wrong, looked } = await json('heal', 'healed');
  assert.equal(looked, true);
  assert.deepEqual(wrong, ['it is paused (billing): a wake does not resume it']);
  await done('executions', 'terminate', 'healed', id);
});

test('what a tenant writes does nothing to the terminal of who reads it', async () => {
  await done('workspaces', 'put', 'hostile', '--tier', 'pro');
  const id = await start('hostile', 'report', { seconds: 0, title: 'a \u009b31m b \u202e c \u001b[2J' });
  for (const more of [[], ['--json']]) {
    const { stdout } = await done('executions', 'get', 'hostile', id, ...more);
    assert.match(stdout, /31m b/);
    // oxlint-disable-next-line no-control-regex -- none of them may be left
    assert.doesNotMatch(stdout, /[\u001b\u007f-\u009f\u202e]/);
  }
});
