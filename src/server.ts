import { startApi } from './api/start.ts';
import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { runProcess } from './process.ts';

/** The api process. */
await runProcess(async () => {
  const config = readConfig(process.env);
  return await startApi(config, createLog({ level: config.LOG_LEVEL, process: 'api' }));
});
