import type { Send } from '../calls/calls.ts';
import { wait } from '../calls/waiting.ts';
import type { Execution } from './execution.ts';
import { resultOf } from './result.ts';
import type { ResultOf, Workflow } from './workflow.ts';

/** For so many seconds a request waits, less than common proxies bear; a try after one that failed for less, in case something between bears less. */
const WAIT_SECONDS = [20, 5, 0] as const;

/** An answer that comes so much before its time is of a server that does not wait, or that stops. */
const EARLY_MS = 500;

/** Between requests to such a server: first, by what it grows, and the longest. */
const POLL_MIN_MS = 200;
const POLL_GROWTH = 1.5;
const POLL_MAX_MS = 5_000;

interface Options {
  /** By `performance.now()`, to have read the execution shortly before. */
  readonly endMs: number;
  /** Called with each state that was read. */
  readonly each: (execution: Execution) => void;
  /** Of every request. */
  readonly call: NonNullable<Parameters<Send>[1]>;
}

/** Waits for the end by requests that the server answers at the end, or else by polling. */
export async function untilEnded<W extends Workflow>(
  send: Send,
  path: { workspaceId: string; executionId: string },
  { endMs, each, call }: Options,
): Promise<ResultOf<W>> {
  for (let pauseMs = POLL_MIN_MS; ;) {
    const { execution, hasWaited } = await readWaiting<W>(send, path, endMs, call);
    each(execution);
    const ended = resultOf(execution);
    if (ended !== null) return ended.result;
    if (!hasWaited) await wait(pauseMs, call.signal);
    pauseMs = hasWaited ? POLL_MIN_MS : Math.min(pauseMs * POLL_GROWTH, POLL_MAX_MS);
  }
}

async function readWaiting<W extends Workflow>(
  send: Send,
  path: { workspaceId: string; executionId: string },
  endMs: number,
  call: Options['call'],
): Promise<{ execution: Execution<W>; hasWaited: boolean }> {
  let waitSeconds = 0;
  let beganMs = 0;
  const { data } = await send(
    (api, signal, tries) => {
      beganMs = performance.now();
      const leftSeconds = Math.max(0, Math.floor((endMs - beganMs) / 1_000));
      waitSeconds = Math.min(WAIT_SECONDS[Math.min(tries, WAIT_SECONDS.length) - 1]!, leftSeconds);
      const query = waitSeconds === 0 ? {} : { wait: waitSeconds };
      return api.GET('/v1/workspaces/{workspaceId}/executions/{executionId}', {
        params: { path, query },
        signal,
      });
    },
    { ...call, mayWaitMs: WAIT_SECONDS[0] * 1_000 },
  );
  const hasWaited = waitSeconds > 0 && performance.now() - beganMs > waitSeconds * 1_000 - EARLY_MS;
  return { execution: data as Execution<W>, hasWaited };
}
