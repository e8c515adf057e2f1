import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { onServer } from '../../src/db/server/on-server.ts';
import { type RunningProduct, startProduct } from '../support/processes/running-product.ts';
import { sluice } from '../support/processes/sluice-command.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { COMMAND_MAX_MS, commandsUnder, runCommand } from './readme-commands.ts';

const README = 'examples/transactions/README.md';

/** A copy of the examples, so that nothing that they fetch or compile is found by the next run. */
let folder: string;
let product: RunningProduct;
let databaseUrl: string;

before(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-transactions-'));
  cpSync(join(REPOSITORY, 'examples/transactions'), join(folder, 'examples/transactions'), {
    recursive: true,
    filter: (path) => !/[\\/](\.venv|node_modules|main\.js|[^\\/]+\.tgz)$/.test(path),
  });
  product = await startProduct(join(folder, '.sluice'));
  const [makeWorkspace, findDatabase] = commandsUnder(README, 'Orders');
  const found = /\$\(npx sluice (\w+)\)/.exec(findDatabase!)!;
  const { code, stdout, stderr } = await sluice([found[1]!], { SLUICE_DATA_DIR: join(folder, '.sluice') });
  assert.equal(code, 0, stderr);
  databaseUrl = stdout.trim();
  await run(makeWorkspace!, folder);
});

after(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const language of ['TypeScript', 'Go', 'Python']) {
  test(
    `the example in ${language} runs by the commands of its README: one order is fulfilled, and one was never there`,
    { timeout: 2 * COMMAND_MAX_MS },
    async () => {
      const commands = commandsUnder(README, language);
      const entering = commands.findIndex((command) => command.startsWith('cd '));
      const inside = join(folder, commands[entering]!.replace('cd ', ''));
      for (const command of commands.slice(0, entering))
        await run(command.replace('--pack-destination ', `$&${folder}/`), REPOSITORY);
      let printed = '';
      for (const command of commands.slice(entering + 1)) printed = await run(command, inside);
      const [fulfilled, ...others] = printed.trim().split('\n');
      assert.match(fulfilled!, /^order \S+ completed with 200/);
      assert.deepEqual(others, ['rolled back: there is no coffee', 'its execution does not exist']);
      const order = fulfilled!.split(' ')[1]!;
      const orders = await onServer(databaseUrl, (client) =>
        client.query<{ id: string; item: string }>(
          'select id, item from public.shop_orders where id = $1 or item <> $2',
          [order, 'tea'],
        ),
      );
      assert.deepEqual(orders.rows, [{ id: order, item: 'tea' }]);
    },
  );
}

/** What it prints, at the addresses of this run. */
async function run(command: string, inside: string): Promise<string> {
  const { url, settings } = product;
  const requestedUrl = `http://127.0.0.1:${settings['LOCAL_ECHO_PORT']}/hello`;
  return runCommand(command.replace('http://127.0.0.1:8080', url), inside, {
    DATABASE_URL: databaseUrl,
    SLUICE_URL: url,
    REQUESTED_URL: requestedUrl,
  });
}
