import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Sluice } from '../../packages/client/src/index.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningProduct, startProduct } from '../support/processes/running-product.ts';
import { sluice } from '../support/processes/sluice-command.ts';
import { beginTranscript, keepTranscript } from './transcript.ts';

/** The two stories of an operator who is called at night, on the command line alone. The client only plays the tenants. */

let folder: string;
let product: RunningProduct;
let env: Record<string, string>;
let tenants: Sluice;

before(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-stories-'));
  product = await startProduct(join(folder, '.sluice'), {
    AUTH: 'keys',
    WORKFLOWS_PATH: fileURLToPath(new URL('./workflows/index.js', import.meta.url)),
  });
  const { stdout } = await sluice(['keys', 'create', '--admin', '--name', 'on call'], {
    SLUICE_DATA_DIR: join(folder, '.sluice'),
  });
  const file = join(folder, 'on-call.key');
  writeFileSync(file, stdout, { mode: 0o600 });
  env = { SLUICE_URL: product.url, SLUICE_KEY_FILE: file };
  tenants = new Sluice({ baseUrl: product.url, apiKey: stdout.trim() });
});
after(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the tenant that complains is found, it is seen why it waits, its limit is raised, it drains, and it is seen who did it', async () => {
  await tenants.workspaces.put('acme', { tier: 'pro', limitOverride: 1 });
  await tenants.workspaces.put('initech', { tier: 'enterprise' });
  await tenants.startMany(
    Array.from({ length: 12 }, (_, n) => ({
      workflow: 'report',
      input: { seconds: n === 0 ? 30 : 1 },
      reference: `order ${4700 + n}`,
    })),
    { workspace: 'acme' },
  );
  await eventually(async () => assert.equal((await tenants.workspaces.get('acme')).running, 1));
  const { type, text } = beginTranscript(env);

  const found = await type('sluice workspaces list --sort pending', 'Who has the longest queue?');
  assert.match(found.stdout, /^acme +pro +at-limit +1 \(override\) +1 +11 /m);
  const listed = await type(
    "sluice executions list acme --reference 'order 4707'",
    'The one that they ask about.',
  );
  const [id] = /^[0-9a-f-]{36}/m.exec(listed.stdout)!;
  const why = await type(`sluice executions explain acme ${id}`);
  assert.match(why.stdout, /^It waits behind 6 others/);
  const customers = await type(
    `sluice executions explain acme ${id} --audience customer`,
    'What can be told to the customer.',
  );
  assert.doesNotMatch(customers.stdout, /order 4700|override/);
  const resized = await type(
    "sluice workspaces resize acme 6 --reason 'ticket 4711: wants their reports by noon'",
  );
  assert.match(resized.stdout, /^acme: limit 1 -> 6 \(override\)/);
  const result = await type(`sluice executions result acme ${id} --timeout 2m`, 'It has run.');
  assert.equal(result.stdout, '{"pages":12}\n');
  await eventually(async () => {
    const { running, pending } = await tenants.workspaces.get('acme');
    assert.deepEqual([running, pending], [1, 0]);
  });
  const drained = await type('sluice workspaces list --search acme');
  assert.match(drained.stdout, /^acme +pro +active +6 \(override\) +1 +0 /m);
  const changes = await type('sluice workspaces changes acme', 'Who did it?');
  assert.match(changes.stdout, /limit_changed +\w{12} +api .*ticket 4711: wants their reports by noon$/m);
  const [, key] = / (\w{12}) +api .*ticket 4711/.exec(changes.stdout)!;
  assert.match((await type(`sluice keys get ${key}`)).stdout, /^name +on call$/m);
  keepTranscript('the first story', { type, text });
});

test('a tenant whose workflow throws is found, paused, mended, run again and resumed', async () => {
  await tenants.workspaces.put('globex', { tier: 'pro' });
  const orders = [{ total: 12 }, {}, {}, { total: 8 }, {}];
  await tenants.startMany(
    orders.map((input, n) => ({ workflow: 'invoice', input, reference: `invoice ${n + 1}` })),
    { workspace: 'globex' },
  );
  await eventually(
    async () => assert.equal((await tenants.stats.workspace('globex')).failedLastHour, 3),
    60_000,
  );
  const { type, text } = beginTranscript(env);

  const top = await type('sluice top --once --sort failures', 'Whose executions fail?');
  assert.match(top.stdout, /^globex +pro +idle .* 3 /m);
  const failed = await type('sluice executions list globex --status failed --since 1h');
  assert.match(failed.stdout, /invoice 5 .*TypeError: the order has no total$/m);
  const [id] = /^[0-9a-f-]{36}/m.exec(failed.stdout)!;
  const one = await type(`sluice executions get globex ${id}`, 'With what?');
  assert.match(one.stdout, /^failure +TypeError: the order has no total$/m);
  assert.match(one.stdout, /^input +\{\}$/m);
  const paused = await type(
    "sluice workspaces pause globex --reason 'orders without a total' --until 2h",
    'Nothing more is to run until they have mended it.',
  );
  assert.match(paused.stdout, /^globex: .* paused until/);
  const waits = await tenants.start('invoice', {
    workspace: 'globex',
    input: { total: 3 },
    reference: 'invoice 6',
  });
  const why = await type(`sluice executions explain globex ${waits.id}`);
  assert.match(why.stdout, /paused/i);
  await type("sluice workspaces resume globex --reason 'mended: orders have totals'");
  const result = await type(`sluice executions result globex ${waits.id} --timeout 2m`);
  assert.equal(result.stdout, '{"cents":300}\n');
  const failures = 'globex --failed --ended-since 1h';
  assert.match(
    (await type(`sluice executions bulk rerun ${failures} --preview`, 'Those that failed, once more.'))
      .stdout,
    /^3 executions match$/m,
  );
  const bulk = await type(`sluice executions bulk rerun ${failures} --yes --reason 'ticket 4712'`);
  assert.match(bulk.stdout, /^done +3$/m);
  const changes = await type('sluice workspaces changes globex');
  assert.match(changes.stdout, / bulk_rerun .*ticket 4712$/m);
  keepTranscript('the second story', { type, text });
});
