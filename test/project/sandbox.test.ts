import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { copyProject, ROOT, runTool } from './copied-project.ts';

interface Planted {
  readonly claim: string;
  readonly source: string;
  /** Where the file is planted. Defaults to src/workflows. */
  readonly folder?: string;
}

const MISTAKES: readonly Planted[] = [
  {
    claim: 'a Node module',
    source: `import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x');`,
  },
  {
    claim: 'a Node module by its old name',
    source: `import { readFileSync } from 'fs';\nexport const text = readFileSync('x');`,
  },
  { claim: 'process', source: `export const home = process.env;` },
  { claim: 'Buffer', source: `export const bytes = Buffer.from('x');` },
  { claim: 'fetch', source: `export const answer = () => fetch('http://example.com');` },
  { claim: 'setImmediate', source: `export const later = (f: () => void) => setImmediate(f);` },
  { claim: 'URL', source: `export const url = new URL('http://example.com');` },
  { claim: 'console', source: `export const log = () => console.log('x');` },
  { claim: 'require', source: `export const pg = require('pg');` },
  { claim: 'a package', source: `import pg from 'pg';\nexport const client = pg;` },
  {
    claim: 'a package by a path inside it',
    source: `import { pgTable } from 'drizzle-orm/pg-core';\nexport const table = pgTable;`,
  },
  {
    claim: 'a package with a scope',
    source: `import swagger from '@fastify/swagger';\nexport const plugin = swagger;`,
  },
  {
    claim: 'a package whose scope begins like ours',
    source: `import x from '@temporal/x';\nexport const y = x;`,
  },
  {
    claim: "Temporal's client",
    source: `import { Client } from '@temporalio/client';\nexport const client = Client;`,
  },
  {
    claim: "Temporal's worker",
    source: `import { Worker } from '@temporalio/worker';\nexport const worker = Worker;`,
  },
  {
    claim: "Temporal's activity context",
    source: `import { Context } from '@temporalio/activity';\nexport const context = Context;`,
  },
  { claim: 'a package, handed on', source: `export * from 'undici';` },
  { claim: 'a package, later', source: `export const fs = () => import('node:fs');` },
  {
    claim: 'the database',
    source: `import { executions } from '../db/schema.ts';\nexport const table = executions;`,
  },
  {
    claim: "the database's types",
    source: `import type { Db } from '../db/client.ts';\nexport type Mine = Db;`,
  },
  {
    claim: 'the configuration',
    source: `import { readConfig } from '../config.ts';\nexport const read = readConfig;`,
  },
  { claim: 'the database, later', source: `export const db = () => import('../db/client.ts');` },
  {
    claim: 'a package from the domain',
    folder: 'src/domain',
    source: `import { v7 } from 'uuid';\nexport const id = v7;`,
  },
  {
    claim: 'the database from the domain',
    folder: 'src/domain',
    source: `import { executions } from '../db/schema.ts';\nexport const table = executions;`,
  },
  {
    claim: 'a package from an example',
    folder: 'examples/workflows',
    source: `import { request } from 'undici';\nexport const get = request;`,
  },
  {
    claim: 'the database from an example',
    folder: 'examples/workflows',
    source: `import { executions } from '../../src/db/schema.ts';\nexport const table = executions;`,
  },
];

/** Must be let through, or the guards prove nothing. */
const INNOCENT: Planted = {
  claim: 'what the sandbox has',
  source: `import { sleep } from '@temporalio/workflow';\nimport { ApplicationFailure } from '@temporalio/common';\nimport { TIERS } from '../domain/tier.ts';\nexport async function wait() {\n  await sleep(TIERS.length);\n  throw new ApplicationFailure('x');\n}`,
};

/** The lint rules, and the compiler's "unknown name", "Node's name" and "file outside the project". */
const GUARD = /no-restricted-(imports|globals)|TS(2304|2580|2591|6307):/;

describe('the two guards of the workflow sandbox', () => {
  const copy = copyProject();
  let reports = '';

  before(() => {
    [INNOCENT, ...MISTAKES].forEach((planted, index) => {
      writeFileSync(join(copy, pathOf(planted, index)), `${planted.source}\n`);
    });
    const lint = runTool(copy, 'oxlint', ['--format', 'unix', 'src', 'examples']);
    const types = runTool(copy, 'tsc', [
      '--project',
      'tsconfig.workflows.json',
      '--outDir',
      'dist',
      '--pretty',
      'false',
    ]);
    reports = lint + types;
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  it(`let through ${INNOCENT.claim}`, () => {
    assert.deepEqual(reportsOn(pathOf(INNOCENT, 0)), []);
  });

  MISTAKES.forEach((planted, index) => {
    it(`catch ${planted.claim}`, () => {
      const found = reportsOn(pathOf(planted, index + 1));
      assert.ok(
        found.some((report) => GUARD.test(report)),
        `found only: ${found.join('; ') || 'nothing'}`,
      );
    });
  });

  function reportsOn(path: string): string[] {
    // All of them lie in one folder, which is too many of them: that is another rule's matter.
    return reports
      .split('\n')
      .filter((line) => line.startsWith(path) && !line.includes('sluice(folder-size)'));
  }
});

describe('the bundles of our workflows', () => {
  // It was 568 kB when this was written, all but 60 kB of it Temporal's. Drizzle alone would add 500 kB.
  const MAX_BYTES = 700_000;

  for (const entry of ['index.js', 'http-request/http-request.workflow.js']) {
    it(`hold Temporal and nothing else from outside, and are small: ${entry}`, async () => {
      const code = await bundle(join(ROOT, 'dist/src/workflows', entry));
      assert.deepEqual(foreignModules(code), []);
      assert.ok(code.length < MAX_BYTES, `${code.length} bytes`);
    });
  }

  it('would be refused with a package in them', async () => {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-bundle-'));
    try {
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      writeFileSync(join(folder, 'index.js'), `export { pgTable as planted } from 'drizzle-orm/pg-core';\n`);
      const code = await bundle(join(folder, 'index.js'));
      assert.ok(foreignModules(code).includes('drizzle-orm'), foreignModules(code).join());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function pathOf(planted: Planted, index: number): string {
  return `${planted.folder ?? 'src/workflows'}/planted-${index}.ts`;
}

/** The code without its source map. */
async function bundle(workflowsPath: string): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  return code.slice(0, code.lastIndexOf('//# sourceMappingURL'));
}

/** What the SDK itself puts into every bundle. */
const TEMPORALS_OWN = new Set(['@temporalio/workflow', '@temporalio/common', 'nexus-rpc', 'long', 'ms']);

function foreignModules(code: string): string[] {
  const paths = [...code.matchAll(/^\/\*{3}\/ "([^"]+)"/gm)].map((match) => match[1]!);
  assert.ok(paths.length > 20, 'the bundle names its modules');
  const names = paths.map((path) => {
    const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
    return (
      inPackage ??
      (/^(\?|\S*\bdist\/src\/(workflows|domain)\/)/.test(path) || path.includes('autogenerated') ? '' : path)
    );
  });
  return [...new Set(names)].filter((name) => name !== '' && !TEMPORALS_OWN.has(name));
}
