import { isDeepStrictEqual } from 'node:util';
import { type Expected, KNOWN_ENDS, shownEnd } from '../foreign/known-ends.ts';
import type { Accepted } from './load/accepted-log.ts';
import { isForeign } from './load/load.ts';

const CALLS_AT_ONCE = 8;
const CALL_TIMEOUT_MS = 10_000;

/** Ends that a fault, a cancellation, Temporal's time-out or a full queue gave; any execution may have them. */
const GIVEN_ENDS = new Set(['cancelled', 'terminated', 'timed_out', 'expired']);

/**
 * What the API says of executions of foreign workers, compared with the end that each was asked for. The audit compares rows with
 * Temporal by the product's own reading of a close event; this needs neither. After a run has drained.
 */
export async function checkKnownEnds(
  apiUrl: string,
  accepted: readonly Accepted[],
): Promise<{ compared: number; wrong: string[] }> {
  const wrong: string[] = [];
  const left = accepted.filter(({ workspaceId }) => isForeign(workspaceId));
  let compared = 0;
  const takeNext = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const verdict = await judge(apiUrl, next);
      if (verdict.compared) compared++;
      if (verdict.wrong !== null) wrong.push(verdict.wrong);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, takeNext));
  return { compared, wrong };
}

/** Not compared: one that was to end as others do, or whose end was given to it. */
interface Verdict {
  readonly compared: boolean;
  readonly wrong: string | null;
}

async function judge(apiUrl: string, { workspaceId, executionId }: Accepted): Promise<Verdict> {
  const response = await fetch(`${apiUrl}/v1/workspaces/${workspaceId}/executions/${executionId}`, {
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  const text = await response.text();
  const where = `execution ${executionId} of ${workspaceId}`;
  const wrongAnswer = (wrong: string) => ({ compared: true, wrong: `${where}: ${wrong}` });
  if (!response.ok) return wrongAnswer(`GET was answered ${response.status} ${text}`);
  let body: { input: { end?: string }; status: string } & Parameters<typeof shownEnd>[0];
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    return wrongAnswer(`GET was answered with text that is not JSON: ${text}`);
  }
  const asked = KNOWN_ENDS.find(({ what }) => what === body.input.end);
  if (asked === undefined || GIVEN_ENDS.has(body.status)) return { compared: false, wrong: null };
  const shown = shownEnd(body);
  if (matches(shown, asked.ends)) return { compared: true, wrong: null };
  return wrongAnswer(
    `it was to end as ${asked.what}, ${JSON.stringify(asked.ends)}, and GET says ${JSON.stringify(shown)}`,
  );
}

/** Under faults an activity needs more attempts, and a result that counts them is higher. */
function matches(shown: Expected, asked: Expected): boolean {
  if (typeof asked.result === 'number' && typeof shown.result === 'number')
    return shown.status === asked.status && shown.result >= asked.result;
  return isDeepStrictEqual(shown, asked);
}
