import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type RunningProduct, startProduct } from '../support/processes/running-product.ts';
import { launch, REPOSITORY } from '../support/processes/started.ts';

/** Of a command that fetches a generator and compiles. */
const COMMAND_MAX_MS = 240_000;

const OURS = '127.0.0.1:8080';

/** A copy of the examples, so that nothing generated is found by the next run. */
let folder: string;
let product: RunningProduct;

before(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-callers-'));
  cpSync(join(REPOSITORY, 'examples/callers'), join(folder, 'examples/callers'), {
    recursive: true,
    filter: (path) => !/[\\/](go[\\/]sluice|sluice_client|\.venv)$/.test(path),
  });
  product = await startProduct(join(folder, '.sluice'));
  await run(commandsUnder('Callers')[0]!, folder);
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
      const [enter, ...commands] = commandsUnder(language);
      const inside = join(folder, enter!.replace('cd ', ''));
      let printed = '';
      for (const command of commands) printed = await run(command, inside);
      const lines = printed.trim().split('\n');
      assert.equal(lines.length, 30, printed);
      for (const line of lines) assert.match(line, /^ ?\d+ completed \S/);
    },
  );
}

/** The commands of a section of the README, in their order. */
function commandsUnder(heading: string): string[] {
  const readme = readFileSync(join(REPOSITORY, 'examples/callers/README.md'), 'utf8');
  const section = readme.split(/^#+ /m).find((one) => one.startsWith(heading))!;
  return [...section.matchAll(/^ {4}(.*)$/gm)].map(([, command]) => command!);
}

/** What it prints, at the address of this run. */
async function run(command: string, inside: string): Promise<string> {
  const { url, settings } = product;
  const requestedUrl = `http://127.0.0.1:${settings['LOCAL_ECHO_PORT']}/hello`;
  const ran = launch(
    { SLUICE_URL: url, REQUESTED_URL: requestedUrl },
    ['sh', '-c', command.replace(`http://${OURS}`, url)],
    inside,
  );
  const late = setTimeout(() => ran.child.kill('SIGKILL'), COMMAND_MAX_MS);
  const code = await ran.exited;
  clearTimeout(late);
  assert.equal(code, 0, `${command}\n${ran.printed()}`);
  return ran.printed();
}
