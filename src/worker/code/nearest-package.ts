import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the nearest package.json at or above a file, as Node searches for it; null when there is none. */
export function nearestPackage(file: string): { readonly folder: string; readonly type?: string } | null {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { type } = JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string };
      return type === undefined ? { folder } : { folder, type };
    }
    if (folder === dirname(folder)) return null;
  }
}
