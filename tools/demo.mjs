import { requireNode, prepare, runNode } from './bootstrap.mjs';

// `npm run demo`: wants a running `npm start` (or SLUICE_URL of another API whose workers may reach loopback addresses).
requireNode();
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: true });
process.exitCode = await runNode('dist/examples/demo/main.js', process.argv.slice(2));
