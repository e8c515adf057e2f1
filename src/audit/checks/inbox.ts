import type { Breach } from '../judging/breach.ts';
import type { DeploymentRecord } from '../record/deployment-record.ts';
import { isoOf } from '../record/micros.ts';
import type { ExecutionRecord, WorkspaceRecord } from '../record/workspace-record.ts';

/** Of DURABLE: what a caller's transaction has asked for does not stay in the inbox. */
export function stuckBreaches({ stuckInInbox }: DeploymentRecord): Breach[] {
  return stuckInInbox.map(({ id, workspaceId, at }) => ({
    workspaceId,
    executionIds: [id],
    seqs: [],
    times: [isoOf(at)],
    what: `Workspace ${workspaceId}: what a transaction asked for at ${isoOf(at)} (${id}) is still in the inbox, and no process sequences it.`,
  }));
}

/** Of FIFO: what was refused at its sequencing has no place in the queue and was never admitted; and it says why. */
export function rejectedBreaches(record: WorkspaceRecord): Breach[] {
  return record.executions.flatMap((row) => {
    const wrong = row.status === 'rejected' ? whatIsWrong(row) : null;
    return wrong === null ? [] : [breachOf(record, row.id, row.seq, `was rejected, and ${wrong}`)];
  });
}

function whatIsWrong({
  seq,
  admittedAt,
  runId,
  failureType,
  idempotencyKey,
}: ExecutionRecord): string | null {
  if (seq !== null) return `has seq ${seq}`;
  if (admittedAt !== null) return `was admitted at ${isoOf(admittedAt)}`;
  if (runId !== null) return `has run ${runId}`;
  if (idempotencyKey !== null) return `holds the key ${JSON.stringify(idempotencyKey)}`;
  return failureType === null ? 'does not say why' : null;
}

/**
 * Of ONCE: each id that a transaction was given stands for one thing. What waits in the inbox is no execution yet, and an alias is none and stands for one of
 * its workspace, which retention may have dropped.
 */
export function inboxBreaches(record: WorkspaceRecord): Breach[] {
  const bySeq = new Map(record.executions.map(({ id, seq }) => [id, seq]));
  const inbox = new Set(record.inbox.map(({ id }) => id));
  const say = (id: string, what: string) => breachOf(record, id, bySeq.get(id) ?? null, what);
  return [
    ...record.inbox.flatMap(({ id }) =>
      bySeq.has(id) ? [say(id, 'is an execution, and still in the inbox')] : [],
    ),
    ...record.aliases.flatMap(({ id, executionId }) => {
      if (bySeq.has(id)) return [say(id, `is an execution, and an alias of ${executionId}`)];
      if (inbox.has(id)) return [say(id, `is an alias of ${executionId}, and still in the inbox`)];
      return bySeq.has(executionId) || record.keptSince !== null
        ? []
        : [say(id, `is an alias of ${executionId}, of which there is no row`)];
    }),
  ];
}

function breachOf(record: WorkspaceRecord, id: string, seq: number | null, what: string): Breach {
  return {
    workspaceId: record.workspaceId,
    executionIds: [id],
    seqs: [seq],
    times: [isoOf(record.readAt)],
    what: `Execution ${id} ${what}.`,
  };
}
