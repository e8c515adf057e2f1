import type { OutboxRequest } from '../../db/outbox/read-requests.ts';
import { batchBody } from './batch-body.ts';
import { type Answer, judgeAnswer, type Verdict } from './judge-answer.ts';

export interface SluiceAddress {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** The key of the API, undefined without one. It is read for each request, so that another one in its file counts at once. */
  key(): string | undefined;
}

/** Sluice itself gives up after 12 s. */
const ANSWER_TIMEOUT_MS = 15_000;

/** Sends requests of one workspace as one batch, once. No answer is a verdict, too; it throws nothing. */
export async function postBatch(
  { baseUrl, key }: SluiceAddress,
  requests: readonly OutboxRequest[],
  signal: AbortSignal,
): Promise<Verdict> {
  let answer: Answer;
  try {
    const apiKey = key();
    const response = await fetch(`${baseUrl}/v1/workspaces/${requests[0]!.workspace}/executions/batch`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      },
      body: batchBody(requests),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    answer = {
      status: response.status,
      retryAfterSeconds: secondsOf(response.headers.get('retry-after')),
      text: await response.text(),
    };
  } catch (error) {
    const notNow = {
      scope: 'sluice',
      reason: 'no-answer',
      detail: reasonOf(error),
      retryAfterSeconds: null,
    } as const;
    return { kind: 'not-now', notNow };
  }
  return judgeAnswer(answer, requests.length);
}

/** Retry-After may be a date. */
function secondsOf(value: string | null): number | null {
  if (value === null) return null;
  const seconds = /^\d{1,9}$/.test(value.trim()) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/** Node says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return `${error.message} (${cause.message || String((cause as { code?: unknown }).code)})`;
}
