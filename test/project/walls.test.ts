import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { copyProject, runTool } from './copied-project.ts';

interface Planted {
  readonly claim: string;
  /** The files that are planted, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly by: RegExp;
}

const WALL = /sluice\(walls\)/;
const CYCLE = /import\(no-cycle\)/;
const FOLDER_SIZE = /sluice\(folder-size\)/;
const LONG_FUNCTION = /max-lines-per-function/;

const MISTAKES: readonly Planted[] = [
  {
    claim: 'an import against the direction',
    files: { 'src/enqueue/planted-1.ts': `export { buildApi } from '../api/server/build-api.ts';` },
    by: WALL,
  },
  {
    claim: 'a type from the wrong direction',
    files: {
      'src/activities/planted-2.ts': `import type { Config } from '../config/config.ts';\nexport type Mine = Config;`,
    },
    by: WALL,
  },
  {
    claim: 'a type named in its place',
    files: { 'src/activities/planted-3.ts': `export type Mine = import('../config/config.ts').Config;` },
    by: WALL,
  },
  {
    claim: 'an import against the direction, later',
    files: {
      'src/db/stalls/planted-4.ts': `export const load = () => import('../../worker/start-worker.ts');`,
    },
    by: WALL,
  },
  {
    claim: 'everything of a file, handed on from a floor above',
    files: { 'src/domain/planted-5.ts': `export * from '../config/config.ts';` },
    by: WALL,
  },
  {
    claim: 'code that is loaded by its address',
    files: {
      'src/db/planted-6.ts': `export const gate = new URL('../worker/start-worker.js', import.meta.url);`,
    },
    by: WALL,
  },
  {
    claim: 'a folder that is entered by no door',
    files: { 'src/cli/planted-7.ts': `export { startPool } from '../worker/queues/pool.ts';` },
    by: WALL,
  },
  {
    claim: 'a test that is imported by the product',
    files: { 'src/cli/planted-8.ts': `export { eventually } from '../../test/support/eventually.ts';` },
    by: WALL,
  },
  {
    claim: 'a folder that has no place in the plan',
    files: {
      'src/new/planted-9.ts': `export { TIERS } from '../domain/tier.ts';`,
    },
    by: WALL,
  },
  {
    claim: 'SQL through drizzle elsewhere',
    files: {
      'src/audit/planted-14.ts': `import { sql } from 'drizzle-orm';\nexport const all = sql\`select 1\`;`,
    },
    by: WALL,
  },
  {
    claim: "SQL by the driver's types elsewhere",
    files: {
      'src/worker/planted-15.ts': `import type { Pool } from 'pg';\nexport type Mine = Pool;`,
    },
    by: WALL,
  },
  {
    claim: 'SQL as text elsewhere',
    files: {
      'src/api/planted-16.ts': `import type { Database } from '../db/connection/database.ts';\nexport const all = (d: Database) => d.pool.query(\`\n select 1\`);`,
    },
    by: WALL,
  },
  {
    claim: 'two files that import each other',
    files: {
      'src/audit/record/planted-10.ts': `import { two } from './planted-11.ts';\nexport const one = () => two;`,
      'src/audit/record/planted-11.ts': `import { one } from './planted-10.ts';\nexport const two = () => one;`,
    },
    by: CYCLE,
  },
  {
    claim: 'two files whose types are bound to each other',
    files: {
      'src/audit/report/planted-12.ts': `import type { Two } from '../checks/planted-13.ts';\nexport type One = Two | 1;`,
      'src/audit/checks/planted-13.ts': `import type { One } from '../report/planted-12.ts';\nexport type Two = One[];`,
    },
    by: CYCLE,
  },
  {
    claim: 'a folder of sixteen files',
    files: Object.fromEntries(
      Array.from({ length: 16 }, (_, nth) => [
        `src/domain/many/planted-${nth + 17}.ts`,
        `export const nth = ${nth};`,
      ]),
    ),
    by: FOLDER_SIZE,
  },
  {
    claim: 'a function of more than sixty lines',
    files: { 'src/domain/long/planted-33.ts': functionOf(61) },
    by: LONG_FUNCTION,
  },
];

function functionOf(lines: number): string {
  return [
    'export function long(n: number): number {',
    ...Array(lines - 3).fill('  n += 1;'),
    '  return n;',
    '}',
  ].join('\n');
}

const INNOCENT: Readonly<Record<string, string>> = {
  'src/domain/long/planted-34.ts': functionOf(60),
  'src/domain/long/planted-35.ts': `// oxlint-disable-next-line max-lines-per-function -- a table reads better whole\n${functionOf(61)}`,
  'src/enqueue/planted-0.ts': `export { TIERS } from '../domain/tier.ts';\nexport { executions } from '../db/schema.ts';`,
};

describe('the rules for the shape of src', () => {
  const copy = copyProject();
  let reports: string[] = [];

  before(() => {
    for (const files of [INNOCENT, ...MISTAKES.map((mistake) => mistake.files)])
      for (const [path, source] of Object.entries(files)) {
        mkdirSync(join(copy, dirname(path)), { recursive: true });
        writeFileSync(join(copy, path), `${source}\n`);
      }
    reports = runTool(copy, 'oxlint', ['--format', 'unix', 'src']).split('\n');
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  it('let through what goes in the direction, and a long function with a reason beside it', () => {
    assert.deepEqual(reportsOn(INNOCENT), []);
  });

  for (const { claim, files, by } of MISTAKES)
    it(`catch ${claim}`, () => {
      const found = reportsOn(files);
      assert.ok(
        found.some((report) => by.test(report)),
        `found only: ${found.join('; ') || 'nothing'}`,
      );
    });

  function reportsOn(files: Planted['files']): string[] {
    return reports.filter((line) => Object.keys(files).some((path) => line.startsWith(path)));
  }
});
