import { statSync } from 'node:fs';
import type { LoadHook, ResolveHook } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isTypeScript, translateTypeScript } from './translate-typescript.ts';

// Node's hooks for loading modules, which run in a thread of their own. What TypeScript imports is found as the bundler of the workflows finds
// it, so that one project needs one spelling.

/** A `.js` in an import of TypeScript means the file that it is compiled from. */
const COMPILED_FROM: Readonly<Record<string, string>> = { '.js': '.ts', '.mjs': '.mts', '.cjs': '.cts' };

export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  const { parentURL } = context;
  if (parentURL === undefined || !isTypeScript(parentURL) || !/^\.\.?(\/|$)/.test(specifier))
    return nextResolve(specifier, context);
  const found = spellings(fileURLToPath(new URL(specifier, parentURL))).find(isFile);
  return nextResolve(found === undefined ? specifier : pathToFileURL(found).href, context);
};

export const load: LoadHook = (url, context, nextLoad) => {
  if (!url.startsWith('file:') || !isTypeScript(url)) return nextLoad(url, context);
  const source = translateTypeScript(fileURLToPath(url), 'module');
  return { format: 'module', source, shortCircuit: true };
};

/** Where an import may lead, the likeliest first. */
function spellings(file: string): string[] {
  const [, stem, ending] = /^(.*?)(\.[mc]?js)?$/.exec(file)!;
  const compiledFrom = ending === undefined ? [] : [`${stem}${COMPILED_FROM[ending]}`];
  return [...compiledFrom, file, `${file}.ts`, `${file}.js`, join(file, 'index.ts'), join(file, 'index.js')];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
