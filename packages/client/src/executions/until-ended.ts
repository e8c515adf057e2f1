import type { Send } from '../calls/calls.ts';
import { wait } from '../calls/waiting.ts';
import { InvalidRequestError } from '../errors/problems.ts';
import { UnexpectedAnswerError } from '../errors/sluice-error.ts';
import { followExecution } from '../events/follow-execution.ts';
import type { Execution } from './execution.ts';
import { resultOf } from './result.ts';
import type { ResultOf, Workflow } from './workflow.ts';

/** For so many seconds a request waits, less than common proxies bear. */
const WAIT_SECONDS = 20;

/** An answer that comes so much before its time is of a server that does not wait, or that stops. */
const EARLY_MS = 500;

/** So long it is tried to open the stream of events: where that is in vain, plain requests may still come through. */
const OPEN_MAX_MS = 5_000;

/** Between requests where neither waiting nor events come through: first, by what it grows, and the longest. */
const POLL_MIN_MS = 200;
const POLL_GROWTH = 1.5;
const POLL_MAX_MS = 5_000;
/** After so many of them it is tried again to wait: what was in the way may have passed. */
const POLLS = 10;

type Path = { workspaceId: string; executionId: string };

interface Options {
  /** By `performance.now()`, to have read the execution shortly before. */
  readonly endMs: number;
  /** Called with each state that was read. */
  readonly each: (execution: Execution) => void;
  /** Of every request. */
  readonly call: NonNullable<Parameters<Send>[1]>;
}

/**
 * Waits for the end by requests that the server answers at the end. Where these are cut or refused, goes on by the events of the
 * execution; where those do not come through either, polls for a while. Only reads: it is safe to try all of it again.
 */
export async function untilEnded<W extends Workflow>(
  send: Send,
  path: Path,
  options: Options,
): Promise<ResultOf<W>> {
  const pauses = pausesBetweenPolls();
  for (;;) {
    const ended =
      (await byWaiting<W>(send, path, options)) ??
      (await byEvents<W>(send, path, options)) ??
      (await byPolling<W>(send, path, options, pauses));
    if (ended !== null) return resultOf(ended)!.result;
  }
}

/** The execution when it has ended; null when waiting does not come through. */
async function byWaiting<W extends Workflow>(
  send: Send,
  path: Path,
  { endMs, each, call }: Options,
): Promise<Execution<W> | null> {
  for (;;) {
    let waitSeconds = 0;
    let beganMs = 0;
    try {
      const { data } = await send(
        (api, signal, tries) => {
          beganMs = performance.now();
          const leftSeconds = Math.max(0, Math.floor((endMs - beganMs) / 1_000));
          // After a try that failed: was it cut because it waited?
          waitSeconds = tries > 1 ? 0 : Math.min(WAIT_SECONDS, leftSeconds);
          const query = waitSeconds === 0 ? {} : { wait: waitSeconds };
          return api.GET('/v1/workspaces/{workspaceId}/executions/{executionId}', {
            params: { path, query },
            signal,
          });
        },
        { ...call, mayWaitMs: WAIT_SECONDS * 1_000 },
      );
      const execution = data as Execution<W>;
      each(execution);
      if (execution.closedAt !== null) return execution;
    } catch (error) {
      if (waitSeconds > 0 && isOfTheWay(error)) return null;
      throw error;
    }
    if (waitSeconds === 0 || performance.now() - beganMs < waitSeconds * 1_000 - EARLY_MS) return null;
  }
}

/** A server that does not know `wait` says the first, something between that does not let it through the second. */
function isOfTheWay(error: unknown): boolean {
  return error instanceof InvalidRequestError || error instanceof UnexpectedAnswerError;
}

/** The execution when it has ended; null when its events do not come through. */
async function byEvents<W extends Workflow>(
  send: Send,
  path: Path,
  { each, call }: Options,
): Promise<Execution<W> | null> {
  const { signal } = call;
  let seen: Execution<W> | null = null;
  try {
    const events = followExecution<W>(send, path, { ...call, retryForMax: OPEN_MAX_MS }, true);
    for await (const event of events) {
      if (event.kind === 'execution') seen = event.execution;
      else if (seen !== null && event.status !== null && event.kind !== 'ended')
        seen = { ...(seen as Execution), status: event.status } as Execution<W>;
      if (seen !== null) each(seen);
      if (event.kind === 'execution' && event.execution.closedAt !== null) return event.execution;
    }
  } catch {
    // Whatever is wrong, a plain request says it better.
    signal?.throwIfAborted();
  }
  return null;
}

/** The execution when it has ended; null when it has not for some time. */
async function byPolling<W extends Workflow>(
  send: Send,
  path: Path,
  { each, call }: Options,
  pauses: Iterator<number, never>,
): Promise<Execution<W> | null> {
  for (let polls = 0; polls < POLLS; polls++) {
    await wait(pauses.next().value, call.signal);
    const { data } = await send(
      (api, signal) =>
        api.GET('/v1/workspaces/{workspaceId}/executions/{executionId}', { params: { path }, signal }),
      call,
    );
    const execution = data as Execution<W>;
    each(execution);
    if (execution.closedAt !== null) return execution;
  }
  return null;
}

function* pausesBetweenPolls(): Generator<number, never, void> {
  for (let pauseMs = POLL_MIN_MS; ; pauseMs = Math.min(pauseMs * POLL_GROWTH, POLL_MAX_MS)) yield pauseMs;
}
