import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { boardPage } from './board-page.ts';

/** Below it lie all files of the board but its page. */
export const FILES_PATH = '/board/';

/** Where the page shows something; each is answered with the same page, which reads its own address. */
export const PAGE_PATHS = [
  '/',
  '/workspaces/:workspaceId',
  '/workspaces/:workspaceId/executions/:executionId',
  '/failures',
  '/changes',
] as const;

/** The page runs its own scripts and styles, and nothing that stands in itself; it calls nobody but us, and nobody frames it. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

export interface BoardFile {
  readonly type: string;
  readonly text: string;
  readonly etag: string;
}

export interface Board {
  readonly page: BoardFile;
  /** Changes with any file: it stands in the paths, so that a file of a path never changes. */
  readonly version: string;
  /** By what follows the version in the path. */
  readonly files: ReadonlyMap<string, BoardFile>;
}

/** What the compiler made of src: the page's modules and those of the domain that they import keep their places to each other. */
const COMPILED = new URL('../', import.meta.url);
/** Where the page begins; what it imports is served, and nothing else. */
const MAIN = 'board/page/main.js';
/** As they are in the repository: nothing makes them. */
const ASSETS = new URL('../../../src/board/assets/', import.meta.url);

/** Packages that the page imports, and the names by which it is served them. */
const PACKAGES = { preact: 'preact.js', 'preact/hooks': 'preact-hooks.js' } as const;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Reads all of the board into memory, some hundred kilobytes. No bundler makes it: a browser imports the modules as tsc writes them. */
export function readBoard(): Board {
  const modules = modulesFrom(MAIN).map(([name, text]) => [name, forBrowsers(text, name)] as const);
  const packages = Object.entries(PACKAGES).map(
    ([name, served]) => [served, forBrowsers(textOf(import.meta.resolve(name)), served)] as const,
  );
  const assets = readdirSync(ASSETS).map((name) => [name, textOf(new URL(name, ASSETS))] as const);
  const texts = [...modules, ...packages, ...assets];
  const version = digestOf(texts.flat().join('\n'));
  const scripts = [...packages, ...modules].map(([name]) => name);
  return {
    version,
    page: fileOf('text/html; charset=utf-8', boardPage(`${FILES_PATH}${version}/`, MAIN, scripts)),
    files: new Map(texts.map(([name, text]) => [name, fileOf(TYPES[name.split('.').at(-1)!]!, text)])),
  };
}

/** A module and all that it imports by relative paths, in the order in which they are found. */
function modulesFrom(main: string): [name: string, text: string][] {
  const texts = new Map<string, string>();
  const wanted = [main];
  for (let name = wanted.shift(); name !== undefined; name = wanted.shift()) {
    if (texts.has(name)) continue;
    const address = new URL(name, COMPILED);
    const text = textOf(address);
    texts.set(name, text);
    for (const [, path] of text.matchAll(/\b(?:from|import)\s*["'](\.[^"']+)["']/g))
      wanted.push(new URL(path!, address).href.slice(COMPILED.href.length));
  }
  return [...texts];
}

/** A browser knows no packages, and a map from names to paths would have to stand in the page, where no script may. */
function forBrowsers(text: string, path: string): string {
  const up = '../'.repeat(path.split('/').length - 1) || './';
  return text
    .replace(
      /(\bfrom\s*|\bimport\s*)(["'])(preact(?:\/hooks)?)\2/g,
      (_all, before: string, quote: string, name: string) =>
        [before, quote, up, PACKAGES[name as keyof typeof PACKAGES], quote].join(''),
    )
    .replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}

function textOf(address: URL | string): string {
  return readFileSync(new URL(address), 'utf8');
}

function fileOf(type: string, text: string): BoardFile {
  return { type, text, etag: `"${digestOf(text)}"` };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
