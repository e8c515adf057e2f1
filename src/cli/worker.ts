import { readConfig } from '../config/config.ts';
import { createLog } from '../process/log.ts';
import { runProcess } from '../process/run-process.ts';
import { readTemporalSettings } from '../temporal/connection/temporal-settings.ts';
import { startWorker } from '../worker/start-worker.ts';

/** The worker process: gates, workspace queues and external API calls, as WORKER_ROLES says. */
await runProcess(async () => {
  const config = readConfig(process.env);
  const log = createLog({ level: config.LOG_LEVEL, process: 'worker' });
  return startWorker(config, log, readTemporalSettings(process.env));
});
