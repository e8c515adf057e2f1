import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { moduleKindOf, translateTypeScript } from './translate-typescript.ts';

let takesTypeScript = false;

/**
 * Imports a module in TypeScript, as an ECMAScript module or as CommonJS, whichever Node would take its `.js` for. From the first call on this
 * process loads TypeScript wherever it is imported, and errors name its lines.
 */
export async function importTypeScript(path: string): Promise<Record<string, unknown>> {
  const require = createRequire(import.meta.url);
  if (!takesTypeScript) {
    takesTypeScript = true;
    process.setSourceMapsEnabled(true);
    register('./typescript-hooks.js', import.meta.url);
    // Deprecated for twelve years and in use by every other translator: CommonJS has no other door.
    for (const ending of ['.ts', '.cts']) require.extensions[ending] = loadCommonJs;
  }
  const module: unknown =
    moduleKindOf(path) === 'module' ? await import(pathToFileURL(path).href) : require(path);
  return module as Record<string, unknown>;
}

interface CompilableModule {
  _compile(code: string, filename: string): void;
}

function loadCommonJs(module: NodeJS.Module, filename: string): void {
  (module as NodeJS.Module & CompilableModule)._compile(translateTypeScript(filename, 'commonjs'), filename);
}
