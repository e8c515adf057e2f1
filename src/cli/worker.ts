import { readConfig } from '../config/config.ts';
import { createLog } from '../process/log.ts';
import { runProcess } from '../process/run-process.ts';
import { readTemporalSettings } from '../temporal/connection/temporal-settings.ts';
import { startWorker } from '../worker/start-worker.ts';
import { readOptions } from './options.ts';

export const usage = `sluice worker
  A worker, until SIGTERM: gates, workspace queues and external API calls, as WORKER_ROLES says.
Exit code: 0 stopped, 1 it could not start or failed, 2 wrong arguments.`;

/** The worker process. */
export async function run(args: readonly string[]): Promise<never> {
  readOptions(args, {}, usage);
  return runProcess(async () => {
    const config = readConfig(process.env);
    const log = createLog({ level: config.LOG_LEVEL, process: 'worker' });
    return startWorker(config, log, readTemporalSettings(process.env));
  });
}
