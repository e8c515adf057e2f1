import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRepositoryFile } from './compose-rules.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface ImageTree {
  readonly folder: string;
  remove(): void;
}

/**
 * A folder with what the Dockerfile's last stage copies and nothing else, so that a file that was forgotten there is missed here.
 * `node_modules` is the repository's own: which packages are for production only is not seen.
 */
export function makeImageTree(): ImageTree {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-image-'));
  const dockerfile = readRepositoryFile('Dockerfile');
  const lastStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  for (const [, sources, target] of lastStage.matchAll(/^COPY (?:--from=\w+ )?(.+) (\S+)$/gm)) {
    for (const source of sources!.split(' ').map((path) => path.replace(/^\/app\//, ''))) {
      const to = target === './' ? join(folder, source) : join(folder, target!);
      if (source === 'node_modules') symlinkSync(join(ROOT, source), to);
      else cpSync(join(ROOT, source), to, { recursive: true, preserveTimestamps: true });
    }
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
