import type { CallOptions, Send } from '../calls/calls.ts';
import type { components } from '../generated/api.ts';
import { type ListOptions, listPages } from '../pages.ts';
import type { EnqueuedExecution } from './enqueued.ts';
import type { Execution, ExecutionSummary, PayloadsDeleted } from './execution.ts';
import { type ExecutionMatch, queryOf } from './execution-match.ts';
import { createHandle, type ExecutionHandle } from './handle.ts';
import type { AnyWorkflow, Workflow } from './workflow.ts';

type ExecutionPage = components['schemas']['ExecutionPage'];

/** Which executions a list has. */
export interface ExecutionFilter extends ListOptions, ExecutionMatch {}

export interface Executions {
  /** A handle of an execution that was started before, by its id. Asks nobody. */
  handle<W extends Workflow = AnyWorkflow>(workspaceId: string, executionId: string): ExecutionHandle<W>;
  /** A handle of an execution that a transaction enqueued. It finds the execution once that has committed. Asks nobody. */
  handle<W extends Workflow>(enqueued: EnqueuedExecution<W>): ExecutionHandle<W>;
  get<W extends Workflow = AnyWorkflow>(
    workspaceId: string,
    executionId: string,
    options?: CallOptions,
  ): Promise<Execution<W>>;
  cancel(workspaceId: string, executionId: string, options?: CallOptions): Promise<Execution>;
  terminate(workspaceId: string, executionId: string, options?: CallOptions): Promise<Execution>;
  /** Deletes input, result and the failure's message of an execution that has ended; the execution stays. */
  deletePayloads(workspaceId: string, executionId: string, options?: CallOptions): Promise<PayloadsDeleted>;
  /** The executions of a workspace, newest first; pages are read as they are needed. */
  list(workspaceId: string, filter?: ExecutionFilter): AsyncIterable<ExecutionSummary>;
  /** The executions of all workspaces, newest first. */
  listAll(filter?: ExecutionFilter): AsyncIterable<ExecutionSummary>;
}

export function createExecutions(send: Send): Executions {
  const handle = <W extends Workflow>(of: string | EnqueuedExecution<W>, executionId?: string) =>
    typeof of === 'string'
      ? createHandle<W>(send, of, executionId!)
      : createHandle<W>(send, of.workspaceId, of.id);
  const read = async (request: Parameters<typeof send<ExecutionPage>>[0], signal: AbortSignal | undefined) =>
    (await send<ExecutionPage>(request, { signal })).data;
  return {
    handle,
    get: <W extends Workflow>(workspaceId: string, executionId: string, options?: CallOptions) =>
      createHandle<W>(send, workspaceId, executionId).get(options),
    cancel: (workspaceId, executionId, options) => handle(workspaceId, executionId).cancel(options),
    terminate: (workspaceId, executionId, options) => handle(workspaceId, executionId).terminate(options),
    deletePayloads: (workspaceId, executionId, options) =>
      handle(workspaceId, executionId).deletePayloads(options),
    list: (workspaceId, { pageSize, signal, ...filter } = {}) =>
      listPages(pageSize, (page) =>
        read(
          (api, limited) =>
            api.GET('/v1/workspaces/{workspaceId}/executions', {
              params: { path: { workspaceId }, query: { ...page, ...queryOf(filter) } },
              signal: limited,
            }),
          signal,
        ),
      ),
    listAll: ({ pageSize, signal, ...filter } = {}) =>
      listPages(pageSize, (page) =>
        read(
          (api, limited) =>
            api.GET('/v1/executions', {
              params: { query: { ...page, ...queryOf(filter) } },
              signal: limited,
            }),
          signal,
        ),
      ),
  };
}
