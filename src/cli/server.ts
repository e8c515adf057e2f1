import { startApi } from '../api/server/start-api.ts';
import { readConfig } from '../config/config.ts';
import { createLog } from '../process/log.ts';
import { runProcess } from '../process/run-process.ts';

/** The api process. */
await runProcess(async () => {
  const config = readConfig(process.env);
  return await startApi(config, createLog({ level: config.LOG_LEVEL, process: 'api' }));
});
