import { startApi } from '../api/server/start-api.ts';
import { readConfig } from '../config/config.ts';
import { createLog } from '../process/log.ts';
import { runProcess } from '../process/run-process.ts';
import { readTemporalSettings } from '../temporal/connection/temporal-settings.ts';
import { readOptions } from './options.ts';

export const usage = `sluice server
  The API, until SIGTERM. Needs the database of DATABASE_URL; accepts while Temporal is down.
Exit code: 0 stopped, 1 it could not start or failed, 2 wrong arguments.`;

/** The api process. */
export async function run(args: readonly string[]): Promise<never> {
  readOptions(args, {}, usage);
  return runProcess(async () => {
    const config = readConfig(process.env);
    const log = createLog({ level: config.LOG_LEVEL, process: 'api' });
    return startApi(config, log, readTemporalSettings(process.env));
  });
}
