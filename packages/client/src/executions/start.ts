import type { CallOptions, Send } from '../calls/calls.ts';
import type { components, paths } from '../generated/api.ts';
import type { Execution, ExecutionSummary } from './execution.ts';
import { createHandle, type ExecutionHandle, type StartedExecution } from './handle.ts';
import { newKey } from './new-key.ts';
import { type InputMember, typeNameOf, type Workflow } from './workflow.ts';

type EnqueueBody =
  paths['/v1/workspaces/{workspaceId}/executions']['post']['requestBody']['content']['application/json'];
type BatchAnswer = components['schemas']['BatchAnswer'];

/** What a request says of its execution, by HTTP and inside a transaction alike. */
export interface RequestMembers {
  /**
   * Makes a start safe to repeat, in another process too: the same key with the same content gives the first execution. Defaults to one
   * of this call's own, which covers its retries and nothing else.
   */
  readonly idempotencyKey?: string | undefined;
  /** A name that the caller's own system has for it. A key stands for it too. */
  readonly reference?: string | undefined;
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

interface StartMembers extends RequestMembers {
  /** 'reject': stored only if it can have a slot at once; else the call throws NoFreeSlotError. Defaults to 'queue'. */
  readonly ifBusy?: 'queue' | 'reject' | undefined;
}

export type RetryPolicy = NonNullable<EnqueueBody['retryPolicy']>;

interface InWorkspace extends CallOptions {
  /** The workspace's id. */
  readonly workspace: string;
}

/** Where to run a workflow, with what, and how. */
export type StartOptions<W extends Workflow> = InWorkspace & StartMembers & InputMember<W>;

/** One of many to start. */
export type StartOfMany<W extends Workflow> = StartMembers &
  InputMember<W> & {
    /** The workflow's function, or the name under which workers know it. */
    readonly workflow: NoInfer<W> | string;
  };

export interface StartManyOptions extends InWorkspace {
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

/** See Sluice.start. */
export async function start<W extends Workflow>(
  send: Send,
  workflow: W | string,
  options: StartOptions<W>,
): Promise<StartedExecution<W>> {
  const { workspace, idempotencyKey = newKey(), signal: given } = options;
  const { data, status } = await send(
    (api, signal) =>
      api.POST('/v1/workspaces/{workspaceId}/executions', {
        params: { path: { workspaceId: workspace }, header: { 'idempotency-key': idempotencyKey } },
        body: bodyOf(workflow, options),
        signal,
      }),
    { signal: given },
  );
  const execution = data as Execution<W>;
  return { ...createHandle<W>(send, workspace, execution.id), execution, repeated: status === 200 };
}

/** See Sluice.startMany. */
export async function startMany<W extends Workflow>(
  send: Send,
  starts: readonly StartOfMany<W>[],
  { workspace, atomic = false, signal: given }: StartManyOptions,
): Promise<readonly OutcomeOfMany<W>[]> {
  const executions = starts.map((one) => ({
    ...bodyOf(one.workflow, one),
    idempotencyKey: one.idempotencyKey ?? newKey(),
  }));
  const { data } = await send<BatchAnswer>(
    (api, signal) =>
      api.POST('/v1/workspaces/{workspaceId}/executions/batch', {
        params: { path: { workspaceId: workspace } },
        body: { executions, atomic },
        signal,
      }),
    { signal: given },
  );
  return data.outcomes.map(({ outcome, execution, problem }): OutcomeOfMany<W> => {
    if (execution === null) return { started: null, problem: problem! };
    const handle = createHandle<W>(send, workspace, execution.id);
    return { started: { ...handle, execution, repeated: outcome === 'repeated' }, problem: null };
  });
}

function bodyOf(
  workflow: Workflow | string,
  members: StartMembers & { readonly input?: unknown },
): EnqueueBody {
  const { input, reference, ifBusy, startAfter, startBefore } = members;
  const { executionTimeout, retryPolicy, labels } = members;
  return {
    workflowType: typeNameOf(workflow),
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
