import { Client, Connection } from '@temporalio/client';
import { workspaceQueue } from '../../../src/domain/names.ts';
import { answerActivity, answerWorkflow } from '../../foreign/raw-workflows.ts';
import { startRawWorker } from '../../support/raw-worker.ts';

/**
 * A worker of a workspace with `workers: external` on Temporal's raw API, as a process of its own. Takes TEMPORAL_ADDRESS,
 * TEMPORAL_NAMESPACE and WORKSPACE_ID; prints `polling` when it does; ends at SIGTERM.
 */
async function main(): Promise<void> {
  const connection = await Connection.connect({
    address: required('TEMPORAL_ADDRESS'),
    channelArgs: { 'grpc.max_reconnect_backoff_ms': 500 },
  });
  const worker = startRawWorker({
    client: new Client({ connection, namespace: required('TEMPORAL_NAMESPACE') }),
    taskQueue: workspaceQueue(required('WORKSPACE_ID')),
    workflows: answerWorkflow,
    activities: answerActivity,
    // While Temporal is down there are many.
    onError: (error) => console.error(String(error)),
  });
  console.log('polling');
  process.once('SIGTERM', () => void worker.stop().then(() => connection.close()));
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

await main();
