import { delimiter, join } from 'node:path';
import { prepare, requireNode, runNode } from './bootstrap.mjs';
import { isNodeVersion, obtainNode } from './node-runtime.mjs';

// `npm run test:node -- 24` runs all tests on another version of Node, `npm run test:node -- 20.12 test/api` those of a folder or a file, and
// `npm run test:node -- 20.12 --short` those below.

/** Pure rules, the API, the command line, the loading of users' code, and the path of an execution from end to end: some two minutes. */
const SHORT = [
  'test/api',
  'test/async',
  'test/audit/cap.test.ts',
  'test/audit/checks.test.ts',
  'test/audit/properties.test.ts',
  'test/audit/report.test.ts',
  'test/audit/work-conserving.test.ts',
  'test/cli',
  'test/enqueue/known-types-cache.test.ts',
  'test/gate/admission.test.ts',
  'test/gate/rules',
  'test/network',
  'test/project/misspelt-settings.test.ts',
  'test/stalls/judge-stall.test.ts',
  'test/temporal/temporal-settings.test.ts',
  'test/worker/code',
];

requireNode();
const [version, ...files] = process.argv.slice(2).flatMap((word) => (word === '--short' ? SHORT : word));
if (!isNodeVersion(version)) {
  console.error(
    'Say which version of Node: npm run test:node -- 24 [--short | test/FOLDER | test/FILE.test.ts ...]',
  );
  process.exit(2);
}
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: files.length === 0 });
const programs = await obtainNode(version);
// For what a test starts by the name `node`.
process.env.PATH = `${programs}${delimiter}${process.env.PATH}`;
process.exitCode = await runNode('dist/test/run.js', files, join(programs, 'node'));
