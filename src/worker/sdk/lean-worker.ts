import { Worker as Thread } from 'node:worker_threads';
import { type Runtime, Worker } from '@temporalio/worker';
import type { CompiledWorkerOptions } from '@temporalio/worker/lib/worker-options.js';
import type { WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';
import {
  ThreadedVMWorkflowCreator,
  WorkerThreadClient,
} from '@temporalio/worker/lib/workflow/threaded-vm.js';
import type { WorkflowBundleWithSourceMapAndFilename } from '@temporalio/worker/lib/workflow/workflow-worker-thread/input.js';

const THREAD = new URL('lean-workflow-thread.js', import.meta.url);

/**
 * A Worker whose workflows run without stack traces of promises. The SDK makes one for each promise and looks it up in the source map,
 * which is more than a third of the work of a gate's thread (docs/performance.md). The query `__stack_trace`, the Web UI's _Call Stack_,
 * fails here with a line that says so. It takes no patch callback.
 *
 * Like sharedThreadsWorkerFactory it depends on what the SDK promises to nobody: test/gate/stack-traces.test.ts fails when that
 * changes, and GATES_STACK_TRACES=true goes back to the SDK's own.
 */
export class LeanWorker extends Worker {
  protected static override async createWorkflowCreator(
    workflowBundle: WorkflowBundleWithSourceMapAndFilename,
    options: CompiledWorkerOptions,
    logger: Runtime['logger'],
  ): Promise<WorkflowCreator> {
    const thread = new Thread(THREAD);
    const client = new WorkerThreadClient(thread, logger);
    try {
      await client.send({
        type: 'init',
        workflowBundle,
        isolateExecutionTimeoutMs: options.isolateExecutionTimeoutMs,
        reuseV8Context: options.reuseV8Context,
        registeredActivityNames: new Set(options.activities.keys()),
        hasPatchActivationCallback: false,
      });
    } catch (error) {
      await thread.terminate();
      throw error;
    }
    return new ThreadedVMWorkflowCreator([client]);
  }
}
