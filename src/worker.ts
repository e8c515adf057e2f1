import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { runProcess } from './process.ts';
import { startWorker } from './worker/start.ts';

/** The worker process: gates, workspace queues and external API calls, as WORKER_ROLES says. */
await runProcess(async () => {
  const config = readConfig(process.env);
  return startWorker(config, createLog({ level: config.LOG_LEVEL, process: 'worker' }));
});
