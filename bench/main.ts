import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { startServers } from './parts/servers.ts';
import { outOfStep, publish } from './publish.ts';
import { printResults } from './report.ts';
import { addRun, commandOf, readResults, writeResults } from './results.ts';
import { SCENARIOS } from './scenarios/index.ts';

const USAGE = `npm run bench -- [options]
  --scenario NAME     only this one; may be given several times: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --rounds N          instead of each scenario's own number
  --size N            instead of the scenario's own number, for trying: rows (ended-rows, prune, churn, horizon), executions (big-workspace; long-work, of each workspace),
                      workspaces (tenants-at-cap, cold-burst) or seconds (day); kept beside the whole run
  --reservations      with Sluice as it is with GATES_RESERVATIONS as one more contestant, in turns with the others; kept beside the usual run. For
                      ${SCENARIOS.filter(({ takesReservations }) => takesReservations)
                        .map(({ name }) => name)
                        .join(', ')}
  --temporal ADDRESS  a Temporal server to use instead of a dev server of the bench's own
  --shards N          a Temporal server with N history shards on Postgres instead of a dev server; needs Go, and 2 to 4 minutes the first time
  --results FILE      where results are kept (default: bench/results.json); each scenario's newest run stays in it
  --print             only prints the kept figures
  --publish           writes the kept figures into docs/performance.md and its chart
  --check             fails when these differ from the kept figures`;

const RESULTS_FILE = 'bench/results.json';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      size: { type: 'string' },
      reservations: { type: 'boolean' },
      temporal: { type: 'string' },
      shards: { type: 'string' },
      results: { type: 'string' },
      print: { type: 'boolean' },
      publish: { type: 'boolean' },
      check: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const unknown = values.scenario?.find((wanted) => !SCENARIOS.some(({ name }) => name === wanted));
  if (values.help || unknown !== undefined) {
    console.log(unknown === undefined ? USAGE : `there is no scenario ${unknown}\n${USAGE}`);
    return values.help ? 0 : 2;
  }
  const file = values.results ?? RESULTS_FILE;
  if (values.print) {
    printResults(readResults(file), console.log);
    return 0;
  }
  if (values.publish) {
    publish(readResults(file));
    return 0;
  }
  if (values.check) {
    const files = outOfStep(readResults(file));
    for (const name of files)
      console.log(`${name} is not what ${file} says: run \`npm run bench -- --publish\``);
    return files.length === 0 ? 0 : 1;
  }
  const shards = values.shards === undefined ? null : Number(values.shards);
  if (shards !== null && !(Number.isInteger(shards) && shards >= 1 && shards <= 16_384)) {
    console.log(`--shards must be a whole number from 1 to 16384\n${USAGE}`);
    return 2;
  }
  const size = values.size === undefined ? null : Number(values.size);
  if (size !== null && !(Number.isInteger(size) && size >= 1)) {
    console.log(`--size must be a whole number\n${USAGE}`);
    return 2;
  }
  if (shards !== null && values.temporal !== undefined) {
    console.log(`--temporal and --shards name two servers: give one of them\n${USAGE}`);
    return 2;
  }
  const reservations = values.reservations ?? false;
  const wanted = SCENARIOS.filter(({ name }) => values.scenario?.includes(name) ?? true);
  const without = wanted.find(({ takesReservations = false }) => reservations && !takesReservations);
  if (without !== undefined) {
    console.log(`scenario ${without.name} does not take --reservations\n${USAGE}`);
    return 2;
  }
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
  const { signal } = interrupted;
  const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  const servers = await startServers({ temporalAddress: values.temporal ?? null, shards, say, signal });
  try {
    for (const [index, scenario] of wanted.entries()) {
      const rounds = Number(values.rounds ?? scenario.rounds);
      say(`scenario ${index + 1} of ${wanted.length}: ${scenario.title}; ${rounds} rounds`);
      const running = await scenario.start({ servers, size, reservations, say, signal });
      try {
        const figures = [];
        for (let round = 1; round <= rounds; round++) {
          signal.throwIfAborted();
          const begun = performance.now();
          figures.push(await running.round(round));
          say(`round ${round} of ${rounds} took ${((performance.now() - begun) / 1000).toFixed(0)} s`);
        }
        const timeline = running.timeline?.();
        const results = addRun(readResults(file), {
          scenario: scenario.name,
          title: size === null ? scenario.title : `${scenario.title}; tried with ${size}`,
          finishedAt: new Date().toISOString(),
          command: commandOf(scenario.name, { shards, size, reservations }),
          commit: commit(),
          machine: `${cpus().length} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
          temporal: servers.temporalServer,
          rounds: figures,
          ...(timeline && { timeline }),
        });
        writeResults(file, results);
        printResults(
          results.filter((run) => run.scenario === scenario.name),
          console.log,
        );
      } finally {
        await running.stop();
      }
    }
    return 0;
  } finally {
    await servers.stop();
  }
}

/** With a mark when the tree differs from it. */
function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src', 'bench', ':!bench/results.json') !== '';
  return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' and changes' : ''}`;
}

process.exitCode = await main();
