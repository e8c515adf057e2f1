import { requireNode, prepare } from './bootstrap.mjs';

// `npm start`: installs and builds missing or old parts, then runs everything in this very process.
requireNode();
await prepare({ project: 'tsconfig.node.json', typeErrorsAreFatal: true });
const { runCommandLine } = await import('../dist/src/cli/command-line.js');
process.exitCode = await runCommandLine(['start', ...process.argv.slice(2)]);
