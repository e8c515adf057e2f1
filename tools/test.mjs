import { requireNode, prepare, runNode } from './bootstrap.mjs';

// `npm test`, or `node tools/test.mjs test/api/executions.test.ts` for some: installs and builds missing or old parts, then runs.
requireNode();
const files = process.argv.slice(2);
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: files.length === 0 });
process.exitCode = await runNode('dist/test/run.js', files);
