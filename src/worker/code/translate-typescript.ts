import { readFileSync } from 'node:fs';
import { transformSync } from '@swc/core';
import { nearestPackage } from './nearest-package.ts';

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
  return nearestPackage(file)?.type === 'module' ? 'module' : 'commonjs';
}
