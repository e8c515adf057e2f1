// pg-boss 12 wants Node 22.12 or newer; the product, and so this benchmark, runs on 20 as well. A Node of its own comes as an npm package.
// tools/node-runtime.mjs says which; as optional dependencies they stand in the lockfile with their checksums.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NODE_PACKAGE } from '../../tools/node-runtime.mjs';

/** On an older Node: runs the script again, with the same arguments, on the Node of bench/node_modules, and ends with its exit code. */
export async function onNode22(scriptUrl) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) {
    // Where the other branch started this process: its end, even by SIGKILL, is the end of this one.
    process.on('disconnect', () => process.exit(1));
    return;
  }
  const child = spawn(node22(), [fileURLToPath(scriptUrl), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  process.exit(code);
}

function node22() {
  const file = fileURLToPath(new URL(`../node_modules/${NODE_PACKAGE}/bin/node`, import.meta.url));
  if (existsSync(file)) return file;
  throw new Error(
    `this needs Node 22.12 or newer, and this is ${process.version}: run \`npm ci\` in bench/, or use a newer Node`,
  );
}
