import { requireNode, prepare, runNode } from './bootstrap.mjs';

// `npm run audit`: checks every invariant of a deployment, by default of the one that `npm start` runs here.
requireNode();
await prepare({ project: 'tsconfig.node.json', typeErrorsAreFatal: true });
process.exitCode = await runNode('dist/src/cli/sluice.js', ['audit', ...process.argv.slice(2)]);
