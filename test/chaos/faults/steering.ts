import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { FLEETING } from '../load/load.ts';
import type { Fault } from './plan.ts';

/** Between tries, while the API is away or the workspace is on its way out. */
const TRY_EVERY_MS = 300;

/** A process that was killed is back by then, as a rule: an act that another fault has met is still one. */
const TRY_FOR_MS = 5_000;

/** An act is asked for again under the same key, as by a client that has lost the answer. */
const ASK_AGAIN_AFTER_MS = 1_500;

/** What is run again is young, so that reruns do not grow with the run. */
const RERUN_AGE_MAX_MS = 8_000;

export type CallApi = (
  method: string,
  path: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<void>;

/** Pauses, deletions and bulk acts through the API. What they leave is taken back by themselves in time, and by `heal` at the latest. */
export interface Steering {
  pause(fault: Extract<Fault, { kind: 'pause' }>): Promise<void>;
  deleteAndPut(afterMs: number): Promise<void>;
  actInBulk(fault: Extract<Fault, { kind: 'bulk' }>): Promise<void>;
  /** Resolves when no workspace is paused by hand, the one that comes and goes is there, and each bulk act is accepted. */
  heal(): Promise<void>;
}

export function createSteering(callApi: CallApi): Steering {
  const pausedByHand = new Set<string>();
  const healing = new AbortController();
  const bulkActs: Promise<void>[] = [];
  let put = Promise.resolve();

  /** Waits less when the run is over. */
  const wait = (ms: number) => delay(ms, undefined, { signal: healing.signal }).catch(() => {});
  const untilDone: CallApi = async (...call) => {
    for (;;) {
      try {
        return await callApi(...call);
      } catch {
        await delay(TRY_EVERY_MS);
      }
    }
  };
  const soon: CallApi = async (...call) => {
    const giveUpAt = Date.now() + TRY_FOR_MS;
    for (;;) {
      try {
        return await callApi(...call);
      } catch (error) {
        if (Date.now() > giveUpAt || healing.signal.aborted) throw error;
        await wait(TRY_EVERY_MS);
      }
    }
  };
  const resume = async (workspaceId: string) => {
    if (workspaceId === FLEETING.id) await put;
    await untilDone('DELETE', `/v1/workspaces/${workspaceId}/pause`);
    pausedByHand.delete(workspaceId);
  };
  const putAgain = async (afterMs: number) => {
    await wait(afterMs);
    await untilDone('PUT', `/v1/workspaces/${FLEETING.id}`, FLEETING.settings);
  };

  return {
    async pause({ act, workspaceId, ms }) {
      const path = `/v1/workspaces/${workspaceId}/pause`;
      if (act === 'for a time') {
        const until = new Date(Date.now() + ms).toISOString();
        return await soon('PUT', path, { reason: 'chaos', until });
      }
      pausedByHand.add(workspaceId);
      await soon('PUT', path, { reason: 'chaos' });
      void wait(ms).then(() => resume(workspaceId));
    },
    async deleteAndPut(afterMs) {
      try {
        await soon('DELETE', `/v1/workspaces/${FLEETING.id}?endWork=true`);
      } finally {
        // Also when the answer is lost: it may be deleted.
        put = put.then(() => putAgain(afterMs));
      }
    },
    async actInBulk({ act, workspaceId }) {
      const of = workspaceId === null ? '' : `/workspaces/${workspaceId}`;
      const createdAfter = new Date(Date.now() - RERUN_AGE_MAX_MS).toISOString();
      const filter =
        act === 'rerun'
          ? { status: 'completed', workflowType: 'brief', createdAfter }
          : { workflowType: 'steps' };
      const headers = { 'idempotency-key': `chaos ${randomUUID()}` };
      const call = ['POST', `/v1${of}/bulk-acts`, { act, filter, reason: 'chaos' }, headers] as const;
      const again = async () => {
        await wait(ASK_AGAIN_AFTER_MS);
        if (workspaceId === FLEETING.id) await put;
        await untilDone(...call);
      };
      bulkActs.push(again());
      await soon(...call);
    },
    async heal() {
      healing.abort();
      await put;
      await Promise.all(bulkActs);
      await Promise.all([...pausedByHand].map(resume));
    },
  };
}
