import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker, bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import * as activities from '../code/activities.ts';

/** The SDK's own default. */
const DEFAULT_CONCURRENT_ACTIVITIES = 100;

/**
 * A stock Worker with its defaults, as Temporal's own samples start one: the process that raw Temporal is measured with. Prints `ready`
 * when it polls; ends at SIGTERM. Arguments: address, namespace, task queue, how many activities are to have room if the default is less.
 */
async function main([address, namespace, taskQueue, activitiesWanted]: readonly string[]): Promise<void> {
  const logger = new DefaultLogger('WARN');
  Runtime.install({ logger, shutdownSignals: ['SIGTERM'] });
  const connection = await NativeConnection.connect({ address: address! });
  const workflowsPath = fileURLToPath(new URL('../code/workflows.js', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
  const worker = await Worker.create({
    connection,
    namespace: namespace!,
    taskQueue: taskQueue!,
    workflowBundle,
    activities,
    maxConcurrentActivityTaskExecutions: Math.max(DEFAULT_CONCURRENT_ACTIVITIES, Number(activitiesWanted)),
    shutdownGraceTime: '1s',
  });
  const running = worker.run();
  console.log('ready');
  await running;
  await connection.close();
}

await main(process.argv.slice(2));
