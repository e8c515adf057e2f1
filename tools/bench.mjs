import { parseArgs } from 'node:util';
import { installBenchPackages, prepare, requireNode, runNode } from './bootstrap.mjs';

// `npm run bench -- --scenario handoff`: see docs/performance.md.
requireNode();
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: true });
if (await someScenarioNeedsPackages()) await installBenchPackages();
process.exitCode = await runNode('dist/bench/main.js', process.argv.slice(2));

async function someScenarioNeedsPackages() {
  const { SCENARIOS } = await import('../dist/bench/scenarios/index.js');
  // Not strict: bench/main.ts names wrong arguments.
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', multiple: true },
      print: { type: 'boolean' },
      publish: { type: 'boolean' },
    },
    strict: false,
  });
  const isWanted = ({ name }) => values.scenario?.includes(name) ?? true;
  return (
    !values.print &&
    !values.publish &&
    SCENARIOS.some((scenario) => scenario.needsPackages && isWanted(scenario))
  );
}
