import type { Breach } from '../judging/breach.ts';
import { isoOf } from '../record/micros.ts';
import type { ExecutionRecord, WorkspaceRecord } from '../record/workspace-record.ts';

/**
 * Of ONCE: a rerun names an execution of its workspace whose end was recorded before the rerun was accepted. Otherwise the same work could be done
 * twice at once. What retention may have dropped need not be there.
 */
export function rerunBreaches(record: WorkspaceRecord): Breach[] {
  const byId = new Map(record.executions.map((row) => [row.id, row]));
  return record.executions.flatMap((rerun) => {
    if (rerun.rerunOf === null) return [];
    const wrong = whatIsWrong(rerun, byId.get(rerun.rerunOf), record.keptSince !== null);
    return wrong === null ? [] : [breachOf(record, rerun, wrong)];
  });
}

function whatIsWrong(
  rerun: ExecutionRecord,
  old: ExecutionRecord | undefined,
  mayBeDropped: boolean,
): string | null {
  if (old === undefined) return mayBeDropped ? null : 'this workspace has no such execution';
  if (old.movedAt === null) return `that one is ${old.status}`;
  return old.movedAt > rerun.createdAt ? `that one ended at ${isoOf(old.movedAt)} only` : null;
}

function breachOf(record: WorkspaceRecord, rerun: ExecutionRecord, wrong: string): Breach {
  return {
    workspaceId: record.workspaceId,
    executionIds: [rerun.id, rerun.rerunOf!],
    seqs: [rerun.seq],
    times: [isoOf(rerun.createdAt)],
    what: `Execution ${rerun.id} (seq ${rerun.seq}) was accepted at ${isoOf(rerun.createdAt)} as a rerun of ${rerun.rerunOf}, but ${wrong}.`,
  };
}
