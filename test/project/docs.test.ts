import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../../src/cli/command-line.ts';
import { configSchema } from '../../src/config/config.ts';
import { readRepositoryFile } from './compose-rules.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGES = ['.', 'docs', 'examples/starter'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

/** Of npm itself. */
const NPM_COMMANDS = ['ci', 'install', 'pack'];

/** Written like settings: causes of Temporal's, a variable of the fuzz tests, one of commands for a dump, and those of a proxy. */
const NO_SETTINGS = [
  'NON_DETERMINISTIC_ERROR',
  'TIMED_OUT',
  'FUZZ_RUNS',
  'NEW_DATABASE_URL',
  'HTTP_PROXY',
  'NO_PROXY',
];

describe('the documentation', () => {
  for (const page of PAGES) {
    const text = readRepositoryFile(page);

    it(`${page} links only to what exists`, () => {
      const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
      const local = links.filter((link) => !/^https?:/.test(link));
      assert.deepEqual(
        local.filter((link) => !isThere(page, link)),
        [],
      );
    });

    it(`${page} names only commands that exist`, () => {
      const scripts = { ...scriptsOf('.'), ...scriptsOf(dirname(page)) };
      const named = [...text.matchAll(/\bnpm (?:run )?(?:--silent )?([\w:]+)/g)].map((match) => match[1]!);
      const missing = named.filter((name) => !(name in scripts) && !NPM_COMMANDS.includes(name));
      assert.deepEqual(missing, []);
      const subcommands = [...text.matchAll(/\bnpx sluice ([\w-]+)/g)].map((match) => match[1]!);
      assert.deepEqual(
        subcommands.filter((name) => !(name in COMMANDS)),
        [],
      );
      const files = [...text.matchAll(/\bnode (tools\/[\w.-]+|dist\/[\w./-]+)/g)].map((match) => match[1]!);
      assert.deepEqual(
        files.filter((file) => !existsSync(join(ROOT, file))),
        [],
      );
    });

    it(`${page} names only settings that exist`, () => {
      const named = [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`/g)].map((match) => match[1]!);
      const missing = named.filter(
        (name) =>
          !(name in configSchema.properties) && !name.startsWith('TEMPORAL_') && !NO_SETTINGS.includes(name),
      );
      assert.deepEqual(missing, []);
    });
  }

  it('shows what Sluice is, how it runs and how it is tested in the first 30 lines of README.md', () => {
    const top = readRepositoryFile('README.md').split('\n').slice(0, 30).join('\n');
    for (const needed of ['npm start', 'npm test', '\n1. ', '\n6. ']) assert.ok(top.includes(needed), needed);
  });

  it('lists every page of docs in docs/README.md', () => {
    const index = readRepositoryFile('docs/README.md');
    const pages = PAGES.filter((page) => dirname(page) === 'docs' && page !== 'docs/README.md');
    assert.deepEqual(
      pages.filter((page) => !index.includes(`](${basename(page)})`)),
      [],
    );
  });

  it('keeps AGENTS.md under 100 lines', () => {
    assert.ok(readRepositoryFile('AGENTS.md').split('\n').length < 100);
  });
});

/** What `npm run` knows in a folder. */
function scriptsOf(folder: string): Readonly<Record<string, string>> {
  const manifest = join(folder, 'package.json');
  if (!existsSync(join(ROOT, manifest))) return {};
  return (JSON.parse(readRepositoryFile(manifest)) as { scripts: Record<string, string> }).scripts;
}

/** A file, or a heading of a page. */
function isThere(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : join(dirname(page), file);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(readRepositoryFile(target)).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
