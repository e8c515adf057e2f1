import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const COPIED = [
  'src',
  'examples',
  'tools',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.workflows.json',
  '.oxlintrc.json',
];

/** A copy of the code and of what judges it, for planting mistakes in. Whoever asks for it removes it. */
export function copyProject(): string {
  const copy = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-copy-'));
  for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** What the tool says of the copy, whatever it thinks of it. */
export function runTool(copy: string, tool: string, args: readonly string[]): string {
  const result = spawnSync(join(ROOT, 'node_modules/.bin', tool), args, { cwd: copy, encoding: 'utf8' });
  if (result.error) throw result.error;
  return result.stdout;
}
