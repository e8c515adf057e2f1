import { requireNode, prepare, runNode } from './bootstrap.mjs';

// `npm run bench -- --scenario hand-over`: see docs/performance.md.
requireNode();
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: true });
process.exitCode = await runNode('dist/bench/main.js', process.argv.slice(2));
