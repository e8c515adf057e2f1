import { randomUUID } from 'node:crypto';
import type { Database } from '../../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../../src/db/reconcile/reconcile-workspace.ts';
import type { NewestEvent, ReconcileRequest } from '../../../src/workflows/gate/contract.ts';
import { completedReport, requestOf } from '../../support/rows.ts';

/** Admits and ends executions of a workspace as its gate does, when a test says so. */
export interface StandInGate {
  /** Fills the slots; returns who got one. */
  admit(): Promise<string[]>;
  /** Ends running executions with a result, and gives their slots to the next in the queue. */
  end(executionIds: string | readonly string[], result?: string): Promise<void>;
}

export function standInGate(database: Database, workspaceId: string): StandInGate {
  const options = { gateRunId: 'run', verifyAfterSeconds: 3_600 };
  let newest: NewestEvent = {};
  let running: string[] = [];
  const reconcile = async (fields: Partial<ReconcileRequest>): Promise<string[]> => {
    const request = requestOf(workspaceId, { ...newest, ...fields });
    const { admitted, epoch, lastEvent } = await reconcileWorkspace(database, request, options);
    if (lastEvent === null) throw new Error(`${workspaceId} is restoring`);
    newest = { epoch, lastEvent };
    const claimed = admitted.map(({ executionId }) => executionId);
    running = [...running.filter((id) => !claimed.includes(id)), ...claimed];
    return claimed;
  };
  return {
    admit: () => reconcile({ known: running }),
    async end(executionIds, result = '{"ok":true}') {
      const ended = [executionIds].flat();
      running = running.filter((id) => !ended.includes(id));
      await reconcile({
        known: running,
        started: ended.map((executionId) => ({ executionId, runId: randomUUID() })),
        closed: ended.map((executionId) => completedReport(executionId, result)),
      });
    },
  };
}
