import type { CallOptions, Send } from '../calls/calls.ts';
import type { components, operations, paths } from '../generated/api.ts';
import { type ListOptions, listPages } from '../pages.ts';
import type { Execution, ExecutionStatus, ExecutionSummary, PayloadsDeleted } from './execution.ts';
import { createHandle, type ExecutionHandle, type StartedExecution } from './handle.ts';
import { newKey } from './new-key.ts';
import type { AnyWorkflow, InputMember, Workflow } from './workflow.ts';

type EnqueueBody =
  paths['/v1/workspaces/{workspaceId}/executions']['post']['requestBody']['content']['application/json'];

type ExecutionPage = components['schemas']['ExecutionPage'];
type BatchAnswer = components['schemas']['BatchAnswer'];

interface StartMembers extends CallOptions {
  /** The name under which workers know the workflow: its function's, as a rule. */
  readonly workflowType: string;
  /**
   * Makes a start safe to repeat, in another process too: the same key with the same content gives the first execution. Defaults to one
   * of this call's own, which covers its retries and nothing else.
   */
  readonly idempotencyKey?: string | undefined;
  /** A name that the caller's own system has for it. A key stands for it too. */
  readonly reference?: string | undefined;
  /** 'reject': stored only if it can have a slot at once; else the call throws NoFreeSlotError. Defaults to 'queue'. */
  readonly ifBusy?: 'queue' | 'reject' | undefined;
  /** When it enters the queue, at most 366 days ahead; a time that has passed means at once, which is the default. A text is RFC 3339. */
  readonly startAfter?: Date | string | undefined;
  /** Not admitted by then, it ends as `expired` and never starts. Defaults to no such time. */
  readonly startBefore?: Date | string | undefined;
  /** Seconds that its workflow may stay open, with all attempts. Defaults to what its workspace's tier allows, which is also the most. */
  readonly executionTimeout?: number | undefined;
  /** How its workflow is run again when it fails, intervals in seconds. Defaults to one attempt. */
  readonly retryPolicy?: RetryPolicy | undefined;
  /** At most 16 names and values, for people and for searching. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export type RetryPolicy = NonNullable<EnqueueBody['retryPolicy']>;

/** What to run, and how. */
export type Start<W extends Workflow> = StartMembers & InputMember<W>;

/** One of many to start. The signal is that of the call. */
export type StartOfMany<W extends Workflow> = Omit<StartMembers, 'signal'> & InputMember<W>;

export interface StartManyOptions extends CallOptions {
  /** Whether all are stored or none is: if one is refused the call throws BatchRefusedError. Defaults to false. */
  readonly atomic?: boolean | undefined;
}

/** An execution that was accepted with others: without its input and its position. */
export interface StartedOfMany<W extends Workflow> extends ExecutionHandle<W> {
  readonly execution: ExecutionSummary;
  /** True when the key stood for this execution already, and nothing new was stored. */
  readonly repeated: boolean;
}

/** What became of one of many: it was accepted, or `problem` says why it was refused. */
export type OutcomeOfMany<W extends Workflow> =
  | { readonly started: StartedOfMany<W>; readonly problem: null }
  | { readonly started: null; readonly problem: ItemProblem };

export type ItemProblem = components['schemas']['ItemProblem'];

/** Which executions a list has: the ones that match all that is given. */
export interface ExecutionFilter extends ListOptions {
  readonly status?: ExecutionStatus | undefined;
  readonly workflowType?: string | undefined;
  /** Exactly this one. */
  readonly reference?: string | undefined;
  /** Accepted then or later. */
  readonly createdAfter?: Date | undefined;
  /** Accepted before then. */
  readonly createdBefore?: Date | undefined;
  /** Each of them with this value. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export interface Executions {
  /**
   * Puts an execution into its workspace's queue; resolves once it is stored, and can no longer be lost. Give the workflow's own type to
   * have input and result typed: `start<typeof orderReport>(...)`.
   */
  start<W extends Workflow = AnyWorkflow>(workspaceId: string, start: Start<W>): Promise<StartedExecution<W>>;
  /**
   * Puts up to 1,000 executions into their workspace's queue, in their order and in one transaction; gives the outcome of each, in the same order.
   *
   * @throws BatchRefusedError when `atomic` and one is refused
   */
  startMany<W extends Workflow = AnyWorkflow>(
    workspaceId: string,
    starts: readonly StartOfMany<W>[],
    options?: StartManyOptions,
  ): Promise<readonly OutcomeOfMany<W>[]>;
  /** A handle of an execution that was started before, by its id. Asks nobody. */
  handle<W extends Workflow = AnyWorkflow>(workspaceId: string, executionId: string): ExecutionHandle<W>;
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
  const handle: Executions['handle'] = (workspaceId, executionId) =>
    createHandle(send, workspaceId, executionId);
  const read = async (request: Parameters<typeof send<ExecutionPage>>[0], signal: AbortSignal | undefined) =>
    (await send<ExecutionPage>(request, { signal })).data;
  return {
    async start<W extends Workflow>(workspaceId: string, start: Start<W>) {
      const { idempotencyKey = newKey(), signal: given } = start;
      const { data, status } = await send(
        (api, signal) =>
          api.POST('/v1/workspaces/{workspaceId}/executions', {
            params: { path: { workspaceId }, header: { 'idempotency-key': idempotencyKey } },
            body: bodyOf(start),
            signal,
          }),
        { signal: given },
      );
      const execution = data as Execution<W>;
      return { ...createHandle<W>(send, workspaceId, execution.id), execution, repeated: status === 200 };
    },
    async startMany<W extends Workflow>(
      workspaceId: string,
      starts: readonly StartOfMany<W>[],
      { atomic = false, signal: given }: StartManyOptions = {},
    ) {
      const executions = starts.map((start) => ({
        ...bodyOf<W>(start as Start<W>),
        idempotencyKey: start.idempotencyKey ?? newKey(),
      }));
      const { data } = await send<BatchAnswer>(
        (api, signal) =>
          api.POST('/v1/workspaces/{workspaceId}/executions/batch', {
            params: { path: { workspaceId } },
            body: { executions, atomic },
            signal,
          }),
        { signal: given },
      );
      return data.outcomes.map(({ outcome, execution, problem }): OutcomeOfMany<W> =>
        execution === null
          ? { started: null, problem: problem! }
          : {
              started: {
                ...createHandle<W>(send, workspaceId, execution.id),
                execution,
                repeated: outcome === 'repeated',
              },
              problem: null,
            },
      );
    },
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

type Query = NonNullable<operations['listAllExecutions']['parameters']['query']>;

function queryOf({
  createdAfter,
  createdBefore,
  labels = {},
  ...same
}: Omit<ExecutionFilter, keyof ListOptions>): Query {
  const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const given = {
    ...same,
    createdAfter: createdAfter?.toISOString(),
    createdBefore: createdBefore?.toISOString(),
    label: label.length > 0 ? label : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function bodyOf<W extends Workflow>(start: Start<W>): EnqueueBody {
  const { workflowType, input, reference, ifBusy, startAfter, startBefore } = start;
  const { executionTimeout, retryPolicy, labels } = start;
  return {
    workflowType,
    ...(input !== undefined && { input }),
    ...(reference !== undefined && { reference }),
    ...(ifBusy !== undefined && { ifBusy }),
    ...(startAfter !== undefined && { startAfter: textOf(startAfter) }),
    ...(startBefore !== undefined && { startBefore: textOf(startBefore) }),
    ...(executionTimeout !== undefined && { executionTimeout }),
    ...(retryPolicy !== undefined && { retryPolicy }),
    ...(labels !== undefined && { labels }),
  };
}

function textOf(time: Date | string): string {
  return typeof time === 'string' ? time : time.toISOString();
}
