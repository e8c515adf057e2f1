import { Runtime, UnexpectedError, Worker, type WorkerOptions } from '@temporalio/worker';
import type { CompiledWorkerOptions } from '@temporalio/worker/lib/worker-options.js';
import type { Workflow, WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';
import type { WorkflowBundleWithSourceMapAndFilename } from '@temporalio/worker/lib/workflow/workflow-worker-thread/input.js';

/** Makes Workers for workspace queues. */
export interface WorkerFactory {
  create(options: WorkerOptions): Promise<Worker>;
  /** Frees what the Workers shared. Call it when all of them have ended. */
  close(): Promise<void>;
}

/** Each Worker has its own thread: what the SDK does by itself. */
export function stockWorkerFactory(): WorkerFactory {
  return { create: (options) => Worker.create(options), close: () => Promise.resolve() };
}

/**
 * Makes Workers that run their workflows on the same threads. A stock Worker has a thread, a V8 isolate and a parsed bundle
 * of its own: about 40 MB and 350 ms. The SDK keeps workflows apart by run id, not by Worker, so one set of threads can
 * serve any number of queues; one queue more then costs about 1 MB. All Workers of a factory must have the same bundle and
 * the same activities, because the first one's are used.
 *
 * The extension point is two `protected static` methods of the SDK's Worker, `createWorkflowCreator` and `getOrCreateBundle`.
 * They are not promised to users: test/worker/sdk/shared-workflow-creator.test.ts fails when an SDK upgrade changes one
 * of them, and WORKSPACE_SHARED_THREADS=false goes back to stock Workers.
 */
export function sharedThreadsWorkerFactory(): WorkerFactory {
  let bundle: Promise<WorkflowBundleWithSourceMapAndFilename | undefined> | undefined;
  let threads: Promise<WorkflowCreator> | undefined;
  const retiring = new Set<Promise<void>>();

  const retire = (broken: Promise<WorkflowCreator>) => {
    if (threads !== broken) return;
    threads = undefined;
    const gone = broken.then((creator) => creator.destroy()).catch(reportUndestroyed);
    retiring.add(gone);
    void gone.then(() => retiring.delete(gone));
  };

  class SharedThreadsWorker extends Worker {
    protected static override getOrCreateBundle(
      options: CompiledWorkerOptions,
      logger: Runtime['logger'],
    ): Promise<WorkflowBundleWithSourceMapAndFilename | undefined> {
      bundle ??= super.getOrCreateBundle(options, logger);
      return bundle;
    }

    protected static override async createWorkflowCreator(
      code: WorkflowBundleWithSourceMapAndFilename,
      options: CompiledWorkerOptions,
    ): Promise<WorkflowCreator> {
      threads ??= super.createWorkflowCreator(code, options, Runtime.instance().logger);
      const mine = threads;
      try {
        return borrowed(await mine, () => retire(mine));
      } catch (error) {
        retire(mine);
        throw error;
      }
    }
  }

  return {
    create: (options) => SharedThreadsWorker.create(options),
    async close() {
      if (threads !== undefined) retire(threads);
      await Promise.all(retiring);
    },
  };
}

/**
 * What one Worker gets: it cannot destroy the threads, and tells when they died. Its own run then rejects; the next Worker
 * gets new threads.
 */
function borrowed(creator: WorkflowCreator, died: () => void): WorkflowCreator {
  const watch = <T>(doing: Promise<T>): Promise<T> =>
    doing.catch((error: unknown) => {
      if (error instanceof UnexpectedError) died();
      throw error;
    });
  return {
    async createWorkflow(options): Promise<Workflow> {
      const workflow = await watch(creator.createWorkflow(options));
      return {
        activate: (activation) => watch(workflow.activate(activation)),
        getAndResetSinkCalls: () => workflow.getAndResetSinkCalls(),
        dispose: () => workflow.dispose(),
      };
    },
    destroy: () => Promise.resolve(),
  };
}

/** Threads that died cannot be told to end; there is nothing left to free. */
function reportUndestroyed(error: unknown): void {
  Runtime.instance().logger.debug('workflow threads could not be ended in order', { error });
}
