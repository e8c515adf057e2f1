import { requireNode, prepare, runNode } from './bootstrap.mjs';

// `node tools/record-database.mjs`: keeps a database of this release in test/upgrade/databases, as a starting point for tests of upgrades.
// Wanted by the last commit before a migration, in its own code; a file that is there stays as that release wrote it.
requireNode();
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: false });
process.exitCode = await runNode('dist/test/run.js', ['test/upgrade/record-database.test.ts']);
