import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type RunningProduct, startProduct } from '../support/processes/running-product.ts';
import { sluice } from '../support/processes/sluice-command.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { COMMAND_MAX_MS, commandsUnder, runCommand } from './readme-commands.ts';

const README = 'examples/callers/README.md';
const OURS = '127.0.0.1:8080';

/** A copy of the examples, so that nothing generated is found by the next run. */
let folder: string;
let product: RunningProduct;
/** Of the callers, once the product asks for keys. */
let key = '';

before(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-callers-'));
  cpSync(join(REPOSITORY, 'examples/callers'), join(folder, 'examples/callers'), {
    recursive: true,
    filter: (path) => !/[\\/](go[\\/]sluice|sluice_client|\.venv)$/.test(path),
  });
  product = await startProduct(join(folder, '.sluice'));
  await run(commandsUnder(README, 'Callers')[0]!, folder);
});

after(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const language of ['Go', 'Python']) {
  test(
    `the caller in ${language} is generated and run by the commands of its README, and prints thirty results`,
    { timeout: 2 * COMMAND_MAX_MS },
    async () => {
      const [enter, ...commands] = commandsUnder(README, language);
      const inside = join(folder, enter!.replace('cd ', ''));
      let printed = '';
      for (const command of commands) printed = await run(command, inside);
      const lines = printed.trim().split('\n');
      assert.equal(lines.length, 30, printed);
      for (const line of lines) assert.match(line, /^ ?\d+ completed \S/);
    },
  );
}

test(
  'both callers get their thirty results with a key of their workspace, and with none they are told so',
  { timeout: 4 * COMMAND_MAX_MS },
  async () => {
    await product.stop();
    const dataDir = join(folder, '.sluice');
    product = await startProduct(dataDir, { AUTH: 'keys' });
    const { code, stdout, stderr } = await sluice(
      ['keys', 'create', '--name', 'callers', '--workspace', 'acme', '--right', 'enqueue', '--right', 'read'],
      { SLUICE_DATA_DIR: dataDir },
    );
    assert.equal(code, 0, stderr);
    for (const language of ['Go', 'Python']) {
      const [enter, ...commands] = commandsUnder(README, language);
      const inside = join(folder, enter!.replace('cd ', ''));
      key = stdout.trim();
      const printed = await run(commands.at(-1)!, inside);
      assert.equal(printed.match(/^ ?\d+ completed \S/gm)?.length, 30, printed);
      assert.ok(!printed.includes(key));
      key = '';
      await assert.rejects(run(commands.at(-1)!, inside), /401/);
    }
  },
);

/** What it prints, at the address of this run. */
async function run(command: string, inside: string): Promise<string> {
  const { url, settings } = product;
  const requestedUrl = `http://127.0.0.1:${settings['LOCAL_ECHO_PORT']}/hello`;
  const callers = { SLUICE_URL: url, REQUESTED_URL: requestedUrl, SLUICE_KEY: key };
  return runCommand(command.replace(`http://${OURS}`, url), inside, callers);
}
