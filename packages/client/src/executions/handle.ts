import type { CallOptions, Send } from '../calls/calls.ts';
import type { Retry } from '../calls/retry.ts';
import { withDeadline } from '../calls/waiting.ts';
import { ResultTimeoutError } from '../errors/execution-errors.ts';
import type { CustomerExplanation, Execution, Explanation, PayloadsDeleted, ReadToken } from './execution.ts';
import { type ExecutionEvent, followExecution } from '../events/follow-execution.ts';
import type { EventsOptions } from '../events/follow-events.ts';
import { newKey } from './new-key.ts';
import { untilEnded } from './until-ended.ts';
import type { ResultOf, Workflow } from './workflow.ts';

export interface ResultOptions extends CallOptions {
  /** Milliseconds to wait for the end, in the queue and while it runs. Defaults to no limit. */
  readonly timeout?: number | undefined;
}

/** An execution that was accepted. */
export interface StartedExecution<W extends Workflow> extends ExecutionHandle<W> {
  /** As it was accepted. */
  readonly execution: Execution<W>;
  /** True when the key stood for this execution already, and nothing new was stored. */
  readonly repeated: boolean;
}

export interface RerunOptions extends CallOptions {
  /** Makes a rerun safe to repeat. Defaults to one of this call's own, which covers its retries and nothing else. */
  readonly idempotencyKey?: string | undefined;
}

/** One execution of a workspace, by its id. */
export interface ExecutionHandle<W extends Workflow> {
  readonly workspaceId: string;
  readonly id: string;
  get(options?: CallOptions): Promise<Execution<W>>;
  /**
   * Waits for the end and gives the workflow's result. With a timeout, outages of Sluice are waited out until then; without, for `retryFor`
   * each.
   *
   * @throws ExecutionFailedError, ExecutionCancelledError, ExecutionTerminatedError, ExecutionTimedOutError, ExecutionExpiredError,
   *   ExecutionRejectedError, ResultOmittedError, ResultTimeoutError
   */
  result(options?: ResultOptions): Promise<ResultOf<W>>;
  /**
   * How it is now, then each of its changes once and in order, up to `ended`; right before that how it is once more, with its result. After
   * the id of an event it goes on from there. It connects again when the connection breaks, as long as `retryFor` each time.
   *
   * @throws EventsGoneError when events after the last id cannot be told any more
   */
  events(options?: EventsOptions): AsyncGenerator<ExecutionEvent<W>, void, void>;
  /** Why it is where it is, in one sentence for people, and what that is made of. */
  explain(options?: CallOptions): Promise<Explanation>;
  /** The same for an end customer: nothing of other executions, of settings or of operators. */
  explainToCustomer(options?: CallOptions): Promise<CustomerExplanation>;
  /**
   * One that waits never starts; one that runs is asked to stop. One that has ended stays as it is. One that its gate may have started already stays
   * pending for some seconds, with `cancelRequested`.
   */
  cancel(options?: CallOptions): Promise<Execution<W>>;
  /** For an execution that does not respond to a cancellation: its workflow cannot clean up. */
  terminate(options?: CallOptions): Promise<Execution<W>>;
  /** A token for a browser's page, which reads this execution and its events by it and nothing else: `?token=` in the address. It lives for five minutes. */
  readToken(options?: CallOptions): Promise<ReadToken>;
  /**
   * Deletes input, result and the failure's message of an execution that has ended; the execution stays. The answer says when Temporal's
   * copies go.
   *
   * @throws ExecutionNotEndedError
   */
  deletePayloads(options?: CallOptions): Promise<PayloadsDeleted>;
  /**
   * Runs an execution that has ended again, as a new one of the same type, input and attributes; its `rerunOf` is this one.
   *
   * @throws ExecutionNotEndedError, InputGoneError
   */
  rerun(options?: RerunOptions): Promise<StartedExecution<W>>;
}

export function createHandle<W extends Workflow>(
  send: Send,
  workspaceId: string,
  id: string,
): ExecutionHandle<W> {
  const params = { path: { workspaceId, executionId: id } };

  const read = async (options?: Parameters<Send>[1]): Promise<Execution<W>> => {
    const { data } = await send(
      (api, signal) => api.GET('/v1/workspaces/{workspaceId}/executions/{executionId}', { params, signal }),
      options,
    );
    return data as Execution<W>;
  };

  const explain = async (audience: 'operator' | 'customer', options?: CallOptions) => {
    const { data } = await send(
      (api, signal) =>
        api.GET('/v1/workspaces/{workspaceId}/executions/{executionId}/explain', {
          params: { ...params, query: { audience } },
          signal,
        }),
      options,
    );
    return data;
  };

  return {
    workspaceId,
    id,
    get: read,
    async result({ timeout, signal } = {}): Promise<ResultOf<W>> {
      if (timeout === undefined)
        return untilEnded<W>(send, params.path, { endMs: Infinity, each: () => {}, call: { signal } });
      const endMs = performance.now() + timeout;
      let seen: Execution<W> | null = null;
      let outage: Retry['error'] | undefined;
      return withDeadline(
        timeout,
        () => new ResultTimeoutError(id, timeout, seen, outage),
        signal,
        (limited) =>
          untilEnded<W>(send, params.path, {
            endMs,
            each: (execution) => {
              seen = execution as Execution<W>;
              outage = undefined;
            },
            call: { signal: limited, retryFor: Infinity, onRetry: ({ error }) => (outage = error) },
          }),
      );
    },
    explain: async (options) => (await explain('operator', options)) as Explanation,
    explainToCustomer: (options) => explain('customer', options),
    events: (options = {}) => followExecution<W>(send, params.path, options),
    async cancel(options) {
      const { data } = await send(
        (api, signal) =>
          api.POST('/v1/workspaces/{workspaceId}/executions/{executionId}/cancel', { params, signal }),
        options,
      );
      return data as Execution<W>;
    },
    async terminate(options) {
      const { data } = await send(
        (api, signal) =>
          api.POST('/v1/workspaces/{workspaceId}/executions/{executionId}/terminate', { params, signal }),
        options,
      );
      return data as Execution<W>;
    },
    async readToken(options) {
      const { data } = await send<ReadToken>(
        (api, signal) =>
          api.POST('/v1/workspaces/{workspaceId}/executions/{executionId}/tokens', {
            params,
            body: {},
            signal,
          }),
        options,
      );
      return data;
    },
    async deletePayloads(options) {
      const { data } = await send<PayloadsDeleted>(
        (api, signal) =>
          api.DELETE('/v1/workspaces/{workspaceId}/executions/{executionId}/payloads', { params, signal }),
        options,
      );
      return data;
    },
    async rerun({ idempotencyKey = newKey(), signal: given } = {}) {
      const { data, status } = await send(
        (api, signal) =>
          api.POST('/v1/workspaces/{workspaceId}/executions/{executionId}/rerun', {
            params: { ...params, header: { 'idempotency-key': idempotencyKey } },
            signal,
          }),
        { signal: given },
      );
      const execution = data as Execution<W>;
      return { ...createHandle<W>(send, workspaceId, execution.id), execution, repeated: status === 200 };
    },
  };
}
