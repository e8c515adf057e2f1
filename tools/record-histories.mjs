import { requireNode, prepare, runNode } from './bootstrap.mjs';

// `node tools/record-histories.mjs`: records the gate histories in test/replay/histories again, from real runs; with `retention` those of
// RetentionWorkflow. Wanted when the code has learnt something that none of them shows; otherwise keep the old ones, because replaying what old
// code wrote is their purpose.
requireNode();
const file = process.argv.includes('retention') ? 'record-retention' : 'record-histories';
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: false });
process.exitCode = await runNode('dist/test/run.js', [`test/replay/${file}.test.ts`]);
