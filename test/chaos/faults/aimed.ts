import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { FLEETING } from '../load/load.ts';
import type { WorkflowDisturber } from './disturb-workflows.ts';
import type { Fault } from './plan.ts';
import type { CallApi } from './steering.ts';

/** Between tries, while the API is away. */
const TRY_EVERY_MS = 300;

const LONG_TYPES = ['overlong', 'steps'];

/** Faults that are aimed at what a gate does ahead of Postgres: each needs a workspace with a queue, the one that is named or the one with the longest. */
export interface Aimed {
  /** Lowers a limit, and puts it back soon. */
  cut(fault: Extract<Fault, { kind: 'cut' }>): Promise<void>;
  /** Cancels or terminates the first executions of a queue, while one that runs ends. */
  endHead(fault: Extract<Fault, { kind: 'head' }>): Promise<void>;
  /** Ends a running execution, and disturbs its gate when that hears of it. */
  disturbAfterEnd(fault: Extract<Fault, { kind: 'gate-after-end' }>): Promise<void>;
  /** Resolves when each limit is what it was. */
  heal(): Promise<void>;
}

interface Surroundings {
  readonly pool: pg.Pool;
  readonly workflows: WorkflowDisturber;
  readonly callApi: CallApi;
  temporally<T>(call: () => Promise<T>): Promise<T>;
}

export function createAimed({ pool, workflows, callApi, temporally }: Surroundings): Aimed {
  const healing = new AbortController();
  const raises: Promise<void>[] = [];

  const withQueue = async (workspaceId: string, limitAbove = 0) => {
    const { rows } = await pool.query<{ id: string; limitOverride: number | null }>(
      `select id, limit_override as "limitOverride" from workspaces
       where pending > 0 and running > 0 and limit_in_force > $2 and id <> $3 and deleting_since is null
       order by id = $1 desc, pending desc limit 1`,
      [workspaceId, limitAbove, FLEETING.id],
    );
    if (rows[0] === undefined) throw new Error('no workspace had a queue');
    return rows[0];
  };
  /** One of those that take longest, if there is one: rows of the others may be behind Temporal. */
  const endOne = async (workspaceId: string) => {
    const { rows } = await pool.query<{ id: string }>(
      `select id from executions where workspace_id = $1 and status = 'running' and run_id is not null
       order by workflow_type = any($2) desc, seq desc limit 8`,
      [workspaceId, LONG_TYPES],
    );
    for (const { id } of rows) {
      const done = await temporally(() => workflows.child('terminate', id)).catch(() => 'missed');
      if (done !== 'missed') return;
    }
    throw new Error('no child was running');
  };
  const raise = async (workspaceId: string, limitOverride: number | null, afterMs: number) => {
    await delay(afterMs, undefined, { signal: healing.signal }).catch(() => {});
    for (;;) {
      try {
        return await callApi('PATCH', `/v1/workspaces/${workspaceId}`, { limitOverride });
      } catch {
        await delay(TRY_EVERY_MS);
      }
    }
  };

  return {
    async cut({ workspaceId, limit, ms }) {
      const { id, limitOverride } = await withQueue(workspaceId, limit);
      try {
        await callApi('PATCH', `/v1/workspaces/${id}`, { limitOverride: limit });
      } finally {
        // Also when the answer is lost: it may be lowered.
        raises.push(raise(id, limitOverride, ms));
      }
    },
    async endHead({ act, workspaceId, count }) {
      const { id: ofWorkspace } = await withQueue(workspaceId);
      const { rows } = await pool.query<{ id: string }>(
        `select id from executions where workspace_id = $1 and status = 'pending' order by seq limit $2`,
        [ofWorkspace, count],
      );
      const asked = rows.map(({ id }) =>
        callApi('POST', `/v1/workspaces/${ofWorkspace}/executions/${id}/${act}`),
      );
      const [ended, ...ends] = await Promise.allSettled([endOne(ofWorkspace), ...asked]);
      const refused = [ended, ...ends].find((one) => one.status === 'rejected');
      if (refused !== undefined && ends.every(({ status }) => status === 'rejected')) throw refused.reason;
    },
    async disturbAfterEnd({ act, workspaceId, afterMs, where }) {
      const { id } = await withQueue(workspaceId);
      await endOne(id);
      await delay(afterMs);
      await temporally(() => workflows.gate(act, id, where));
    },
    async heal() {
      healing.abort();
      await Promise.all(raises);
    },
  };
}
