import type { CallOptions, Send } from '../calls/calls.ts';
import type { Retry } from '../calls/retry.ts';
import { wait, withDeadline } from '../calls/waiting.ts';
import { ResultTimeoutError } from '../errors/execution-errors.ts';
import type { Execution, PayloadsDeleted } from './execution.ts';
import { resultOf } from './result.ts';
import type { ResultOf, Workflow } from './workflow.ts';

export interface ResultOptions extends CallOptions {
  /** Milliseconds to wait for the end, in the queue and while it runs. Defaults to no limit. */
  readonly timeout?: number | undefined;
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
   * @throws ExecutionFailedError, ExecutionCancelledError, ExecutionTerminatedError, ExecutionTimedOutError, ExecutionExpiredError, ResultOmittedError,
   *   ResultTimeoutError
   */
  result(options?: ResultOptions): Promise<ResultOf<W>>;
  /** One that waits never starts; one that runs is asked to stop. One that has ended stays as it is. */
  cancel(options?: CallOptions): Promise<Execution<W>>;
  /** For an execution that does not respond to a cancellation: its workflow cannot clean up. */
  terminate(options?: CallOptions): Promise<Execution<W>>;
  /**
   * Deletes input, result and the failure's message of an execution that has ended; the execution stays. The answer says when Temporal's
   * copies go.
   *
   * @throws ExecutionNotEndedError
   */
  deletePayloads(options?: CallOptions): Promise<PayloadsDeleted>;
}

/** A short workflow's end is seen soon after it, and a long one costs a poll in five seconds. */
const POLL_MIN_MS = 200;
const POLL_MAX_MS = 5_000;
const POLL_GROWTH = 1.5;

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

  /** Reads it until it has ended; `each` is called with what was read. */
  const poll = async (
    options: Parameters<Send>[1] & object,
    each: (execution: Execution<W>) => void,
  ): Promise<ResultOf<W>> => {
    for (let waitMs = POLL_MIN_MS; ; waitMs = Math.min(waitMs * POLL_GROWTH, POLL_MAX_MS)) {
      const execution = await read(options);
      each(execution);
      const ended = resultOf(execution);
      if (ended !== null) return ended.result;
      await wait(waitMs, options.signal);
    }
  };

  return {
    workspaceId,
    id,
    get: read,
    async result({ timeout, signal } = {}) {
      if (timeout === undefined) return poll({ signal }, () => {});
      let seen: Execution<W> | null = null;
      let outage: Retry['error'] | undefined;
      return withDeadline(
        timeout,
        () => new ResultTimeoutError(id, timeout, seen, outage),
        signal,
        (limited) =>
          poll(
            { signal: limited, retryFor: Infinity, onRetry: ({ error }) => (outage = error) },
            (execution) => {
              seen = execution;
              outage = undefined;
            },
          ),
      );
    },
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
    async deletePayloads(options) {
      const { data } = await send<PayloadsDeleted>(
        (api, signal) =>
          api.DELETE('/v1/workspaces/{workspaceId}/executions/{executionId}/payloads', { params, signal }),
        options,
      );
      return data;
    },
  };
}
