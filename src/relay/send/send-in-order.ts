import type { OutboxRequest } from '../../db/outbox/read-requests.ts';
import type { RefusedRequest } from '../../db/outbox/record-refused.ts';
import type { SentRequest } from '../../db/outbox/record-sent.ts';
import type { NotNow, Refusal, Verdict } from './judge-answer.ts';

/** What became of requests that were sent. What is in neither list is still to be sent, and stands behind all that is. */
export interface Delivery {
  readonly sent: readonly (SentRequest & { readonly repeated: boolean })[];
  readonly refused: readonly RefusedRequest[];
  /** Why it ended before its last request; null when it did not. */
  readonly notNow: NotNow | null;
}

export type Post = (requests: readonly OutboxRequest[]) => Promise<Verdict>;

/**
 * Sends requests of one workspace as atomic batches, and no request before the ones ahead of it are accepted or refused for good. Batches that are not atomic
 * would not do: a large input that finds no room is refused there for now, and a small one behind it accepted.
 */
export async function sendInOrder(requests: readonly OutboxRequest[], post: Post): Promise<Delivery> {
  const sent: Delivery['sent'][number][] = [];
  const refused: RefusedRequest[] = [];
  const refuse = (of: readonly OutboxRequest[], refusal: Refusal) =>
    void refused.push(...of.map(({ id }) => ({ id, ...refusal })));
  let notNow: NotNow | null = null;
  const parts = [requests];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const verdict = await post(part);
    switch (verdict.kind) {
      case 'accepted':
        sent.push(...verdict.executions.map((accepted, index) => ({ id: part[index]!.id, ...accepted })));
        break;
      case 'all-refused':
        refuse(part, verdict.refusal);
        break;
      case 'some-refused': {
        // Behind the first that is refused for now nothing may be sent, and nothing is decided.
        const first = part.findIndex((_, index) => isNotNow(verdict.refused.get(index)));
        const ahead = first < 0 ? part : part.slice(0, first);
        if (first >= 0) {
          notNow = verdict.refused.get(first) as NotNow;
          parts.length = 0;
        }
        const rest = ahead.filter((request, index) => {
          const refusal = verdict.refused.get(index);
          if (refusal !== undefined) refuse([request], refusal);
          return refusal === undefined;
        });
        if (rest.length > 0) parts.unshift(rest);
        break;
      }
      case 'unreadable': {
        const half = Math.ceil(part.length / 2);
        if (part.length > 1) parts.unshift(part.slice(0, half), part.slice(half));
        else if (isNotNow(verdict.refusal)) return { sent, refused, notNow: verdict.refusal };
        else refuse(part, verdict.refusal);
        break;
      }
      case 'not-now':
        return { sent, refused, notNow: verdict.notNow };
      default:
        verdict satisfies never;
    }
  }
  return { sent, refused, notNow };
}

function isNotNow(refusal: Refusal | NotNow | undefined): refusal is NotNow {
  return refusal !== undefined && 'scope' in refusal;
}
