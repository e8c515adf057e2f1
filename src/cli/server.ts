import { startApi } from '../api/server/start-api.ts';
import { readConfig } from '../config/config.ts';
import { createLog } from '../process/log.ts';
import { runProcess } from '../process/run-process.ts';
import { readTemporalSettings } from '../temporal/connection/temporal-settings.ts';

/** The api process. */
await runProcess(async () => {
  const config = readConfig(process.env);
  const log = createLog({ level: config.LOG_LEVEL, process: 'api' });
  return await startApi(config, log, readTemporalSettings(process.env));
});
