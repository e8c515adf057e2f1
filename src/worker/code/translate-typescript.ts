import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

export type ModuleKind = 'module' | 'commonjs';

/** JavaScript for the running Node, with a source map inside. Types are not checked, by the same translator that makes the workflows' bundle. */
export function translateTypeScript(filename: string, kind: ModuleKind): string {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: kind === 'module' ? 'es6' : 'commonjs' },
    // Node 20 runs all of it.
    jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
  });
  return code;
}

export function isTypeScript(path: string): boolean {
  return /\.[mc]?ts$/.test(path);
}

/** As Node decides for `.js`: by the nearest package.json. */
export function moduleKindOf(file: string): ModuleKind {
  if (file.endsWith('.mts')) return 'module';
  if (file.endsWith('.cts')) return 'commonjs';
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { type } = JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string };
      return type === 'module' ? 'module' : 'commonjs';
    }
    if (folder === dirname(folder)) return 'commonjs';
  }
}
