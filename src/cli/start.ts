import { banner } from '../local/terminal/banner.ts';
import { startEverything } from '../local/start-everything.ts';
import { runProcess } from '../process/run-process.ts';
import { readOptions } from './options.ts';

export const usage = `sluice start
  Everything on this machine: a Postgres and a Temporal dev server of its own, the API and a worker, until Ctrl-C.
Exit code: 0 stopped, 1 it could not start or failed, 2 wrong arguments, 130 interrupted before it ran.`;

/** What `npm start` runs. */
export async function run(args: readonly string[]): Promise<never> {
  readOptions(args, {}, usage);
  const startedMs = performance.now();
  return runProcess(async (interrupted) => {
    const everything = await startEverything(process.env, (line) => console.log(line), interrupted);
    console.log(banner(everything, performance.now() - startedMs));
    return {
      ...everything,
      async stop() {
        await everything.stop();
        console.log('stopped');
      },
    };
  });
}
