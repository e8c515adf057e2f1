import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configSchema } from '../../src/config/config.ts';
import { readRepositoryFile } from './compose-rules.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'AGENTS.md',
  'CHANGELOG.md',
  'docs/configuration.md',
  'docs/security.md',
];

describe('the documentation', () => {
  for (const page of PAGES) {
    const text = readRepositoryFile(page);

    it(`${page} links only to what exists`, () => {
      const links = [...text.matchAll(/\]\(([^)#\s]+)[^)\s]*\)/g)].map((match) => match[1]!);
      const local = links.filter((link) => !/^https?:/.test(link));
      assert.deepEqual(
        local.filter((link) => !existsSync(join(ROOT, dirname(page), link))),
        [],
      );
    });

    it(`${page} names only commands that exist`, () => {
      const { scripts } = JSON.parse(readRepositoryFile('package.json')) as {
        scripts: Record<string, string>;
      };
      const named = [...text.matchAll(/\bnpm (?:run )?([\w:]+)/g)].map((match) => match[1]!);
      const missing = named.filter((name) => !(name in scripts) && name !== 'ci');
      assert.deepEqual(missing, []);
      const files = [...text.matchAll(/\bnode (tools\/[\w.-]+|dist\/[\w./-]+)/g)].map((match) => match[1]!);
      assert.deepEqual(
        files.filter((file) => !existsSync(join(ROOT, file))),
        [],
      );
    });

    it(`${page} names only settings that exist`, () => {
      const named = [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`/g)].map((match) => match[1]!);
      const missing = named.filter(
        (name) => !(name in configSchema.properties) && !name.startsWith('TEMPORAL_'),
      );
      assert.deepEqual(missing, []);
    });
  }

  it('shows what Sluice is, how it runs and how it is tested in the first 30 lines of README.md', () => {
    const top = readRepositoryFile('README.md').split('\n').slice(0, 30).join('\n');
    for (const needed of ['npm start', 'npm test', '\n1. ', '\n6. ']) assert.ok(top.includes(needed), needed);
  });

  it('keeps AGENTS.md under 100 lines', () => {
    assert.ok(readRepositoryFile('AGENTS.md').split('\n').length < 100);
  });
});
