import { lookBackFrom } from '../db/outbox/find-waiting.ts';
import { releaseLease, takeLease } from '../db/outbox/leases.ts';
import type { Outbox } from '../db/outbox/outbox.ts';
import { readRequests } from '../db/outbox/read-requests.ts';
import { recordRefused } from '../db/outbox/record-refused.ts';
import { recordSent } from '../db/outbox/record-sent.ts';
import type { Log } from '../process/log.ts';
import { logRepeated } from '../process/repeated-failures.ts';
import type { LookedThrough } from './looked-through.ts';
import type { RelayMetrics } from './ops/relay-metrics.ts';
import type { NotNow } from './send/judge-answer.ts';
import { type Delivery, type Post, sendInOrder } from './send/send-in-order.ts';
import { type Outage, waitMsAfter } from './waits.ts';

export interface TurnDeps {
  readonly outbox: Outbox;
  /** The name of this relay in leases. */
  readonly relay: string;
  readonly post: Post;
  /** Whether requests are kept for a while after they are sent. */
  readonly isKept: boolean;
  readonly looked: LookedThrough;
  readonly outage: Outage;
  /** How often in a row a workspace alone was not taken. */
  readonly failures: Map<string, number>;
  readonly metrics: RelayMetrics;
  readonly log: Log;
  readonly stopping: AbortSignal;
}

/** What a group of Sluice's takes beside other workspaces' requests. A larger batch is written alone, and waits for its turn. */
const BATCH = { rowsMax: 200, bytesMax: 768 * 1024 };

/** Then the others have a turn. */
const BATCHES_MAX = 10;

/**
 * Sends for one workspace until nothing waits, until it is not taken, or for some batches; nothing when another relay does. A lease in a row and no lock: no transaction
 * and no session is held while Sluice is asked, and a relay that is frozen or cut off loses it as one that was killed.
 */
export async function takeTurn(workspace: string, deps: TurnDeps): Promise<void> {
  const { outbox, relay } = deps;
  if (!(await takeLease(outbox, workspace, relay))) return;
  let notNow: NotNow | null = null;
  try {
    notNow = await sendWaiting(workspace, deps);
  } finally {
    await releaseLease(outbox, workspace, relay, waitOfWorkspace(workspace, notNow, deps));
  }
}

async function sendWaiting(workspace: string, deps: TurnDeps): Promise<NotNow | null> {
  const { outbox, relay, looked, stopping } = deps;
  let fromId = looked.fromId(workspace, performance.now());
  for (let batches = 0; batches < BATCHES_MAX && !stopping.aborted;) {
    const nowMs = performance.now();
    const { requests, lookBackId } = await readRequests(outbox, { workspace, relay, fromId }, BATCH);
    if (requests.length > 0) {
      const delivery = await sendInOrder(requests, deps.post);
      await record(workspace, delivery, deps);
      if (delivery.notNow !== null) return delivery.notNow;
      fromId = lookBackFrom(requests.at(-1)!.id);
      batches += 1;
    } else if (fromId === null) {
      looked.note(workspace, lookBackId, nowMs);
      return null;
    } else if (looked.fromId(workspace, nowMs) !== null) {
      return null;
    } else {
      fromId = null;
    }
  }
  return null;
}

/** What is not recorded here is sent again, and its key makes that a repeat. */
async function record(workspace: string, { sent, refused, notNow }: Delivery, deps: TurnDeps): Promise<void> {
  const { outbox, relay, isKept, metrics, log, outage, failures } = deps;
  await recordSent(outbox, sent, { isKept });
  await recordRefused(outbox, { workspace, relay }, refused);
  const repeated = sent.filter((one) => one.repeated).length;
  metrics.sent('repeated', repeated);
  metrics.sent('placed', sent.length - repeated);
  for (const { id, reason } of refused) {
    metrics.refused(reason);
    logRepeated(
      log,
      'warn',
      { workspaceId: workspace, requestId: id, reason },
      'Sluice has refused a request for good; it stays in sluice_outbox.requests with its reason and what to do',
      `refused ${reason}`,
    );
  }
  if (sent.length + refused.length > 0) failures.delete(workspace);
  if (notNow?.scope !== 'sluice') outage.answered();
}

/** Tells of it, and how long nobody is to send for this workspace. */
function waitOfWorkspace(workspace: string, notNow: NotNow | null, deps: TurnDeps): number {
  if (notNow === null) return 0;
  const { metrics, log, outage, failures, stopping } = deps;
  // A request that was ended by our own stop.
  if (stopping.aborted && notNow.reason === 'no-answer') return 0;
  const { scope, reason, detail } = notNow;
  metrics.retried(reason);
  if (scope === 'sluice') {
    outage.failed(notNow, performance.now());
    logRepeated(
      log,
      'warn',
      { reason, detail },
      'Sluice takes nothing now; the relay goes on trying',
      `sluice ${reason}`,
    );
    return 0;
  }
  const inARow = (failures.get(workspace) ?? 0) + 1;
  failures.set(workspace, inARow);
  logRepeated(
    log,
    'warn',
    { workspaceId: workspace, reason, detail },
    'Sluice takes no request of a workspace now; the relay goes on trying',
    `workspace ${reason}`,
  );
  return waitMsAfter(notNow, inARow);
}
