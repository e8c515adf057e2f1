import type { Db } from '../db/connection/database.ts';
import type { ExecutionSummaryRow } from '../db/executions/execution-row.ts';
import { findSummaries } from '../db/executions/find-summaries.ts';
import type { LockedWorkspace } from '../db/workspaces/lock-workspace.ts';
import { ExecutionNotFoundError } from '../domain/refusals.ts';
import { limitOf } from './admission-rules.ts';
import type { Refused, Repeated } from './enqueue-outcome.ts';
import type { Asked, Decision } from './place-requests.ts';

/**
 * Reads the executions that keys of batches stand for, by the request's index: those of one workspace in one statement, where one each would
 * be up to a thousand. They come without payloads and position. After the commit and without the lock: an error here is theirs alone.
 */
export async function readRepeatedOfBatches(
  db: Db,
  asked: readonly Asked[],
  decisions: ReadonlyMap<number, Decision>,
  workspaces: ReadonlyMap<string, LockedWorkspace>,
): Promise<Map<number, Repeated | Refused>> {
  const outcomes = new Map<number, Repeated | Refused>();
  for (const [workspaceId, ids] of idsByWorkspace(asked, decisions)) {
    const workspace = workspaces.get(workspaceId)!;
    const found = await findSummaries(db, workspaceId, [...ids.values()]).catch((error: Error) => error);
    for (const [index, id] of ids) {
      const row = found instanceof Error ? undefined : found.get(id);
      outcomes.set(
        index,
        row === undefined
          ? {
              kind: 'refused',
              error: found instanceof Error ? found : new ExecutionNotFoundError(workspaceId, id),
            }
          : repeated(row, workspace),
      );
    }
  }
  return outcomes;
}

function idsByWorkspace(
  asked: readonly Asked[],
  decisions: ReadonlyMap<number, Decision>,
): Map<string, Map<number, string>> {
  const byWorkspace = new Map<string, Map<number, string>>();
  for (const [index, { request, batch }] of asked.entries()) {
    const decision = decisions.get(index);
    if (batch === undefined || decision?.kind !== 'repeated' || 'seq' in decision.of) continue;
    const ids = byWorkspace.get(request.workspaceId) ?? new Map<number, string>();
    byWorkspace.set(request.workspaceId, ids.set(index, decision.of.executionId));
  }
  return byWorkspace;
}

function repeated(row: ExecutionSummaryRow, workspace: LockedWorkspace): Repeated {
  return {
    kind: 'repeated',
    execution: { ...row, input: null, result: null },
    position: null,
    waitsForAnEnd: row.status === 'pending' && workspace.running >= limitOf(workspace),
  };
}
