import { requireNode, prepare, runNode } from './bootstrap.mjs';

// `npm run chaos -- --minutes N --seed S`: see docs/chaos.md.
requireNode();
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: false });
process.exitCode = await runNode('dist/test/chaos/main.js', process.argv.slice(2));
