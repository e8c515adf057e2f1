import { parseArgs } from 'node:util';
import { chaosReport } from './report.ts';
import { runChaos } from './run-chaos.ts';

const USAGE =
  'usage: npm run chaos -- [--minutes N] [--seed S] [--rate REQUESTS_PER_SECOND] [--reservations] [--keep]';

const EXIT_CODE_INTERRUPTED = 130;

/** `npm run chaos`: ends with 0 when everything drained without a breach. */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) {
    console.error(USAGE);
    return 2;
  }
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
  const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 23)} ${line}`);
  try {
    const result = await runChaos({ ...options, go: 'where-at-hand', say, signal: interrupted.signal });
    console.log(chaosReport(result));
    if (result.dataDir !== null) console.log(`data and logs kept in ${result.dataDir}`);
    if (result.ok) return 0;
    console.log(`the same faults again:\n  ${rerun(options)}`);
    return 1;
  } catch (error) {
    if (interrupted.signal.aborted) {
      console.log('interrupted; all that was started is stopped');
      return EXIT_CODE_INTERRUPTED;
    }
    console.error(error);
    console.log(`the same faults again:\n  ${rerun(options)}`);
    return 1;
  }
}

interface RunOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly perSecond: number;
  readonly reservations: boolean;
  readonly keep: boolean;
}

function readOptions(): RunOptions | null {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string' },
        seed: { type: 'string' },
        rate: { type: 'string' },
        reservations: { type: 'boolean' },
        keep: { type: 'boolean' },
      },
    });
    const options = {
      minutes: Number(values.minutes ?? 1),
      seed: Number(values.seed ?? Math.floor(Math.random() * 1_000_000)),
      perSecond: Number(values.rate ?? 8),
      reservations: values.reservations ?? false,
      keep: values.keep ?? false,
    };
    const valid = options.minutes > 0 && Number.isSafeInteger(options.seed) && options.perSecond > 0;
    return valid ? options : null;
  } catch {
    return null;
  }
}

function rerun({ minutes, seed, perSecond, reservations }: RunOptions): string {
  return `npm run chaos -- --minutes ${minutes} --seed ${seed} --rate ${perSecond}${reservations ? ' --reservations' : ''}`;
}

process.exitCode = await main();
