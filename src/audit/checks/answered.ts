import type { Breach } from '../judging/breach.ts';
import type { AcceptedAnswer } from '../read/accepted-answer.ts';
import { isAnswerOfFormer } from '../record/former-life.ts';
import type { ExecutionRecord, WorkspaceRecord } from '../record/workspace-record.ts';

/**
 * Of DURABLE: what a client was answered, or has committed in a transaction of its own, is a row; what its transaction committed may also wait in the inbox,
 * or be an alias of the row that has its key. What it has rolled back is nowhere. Retention and deletions may have taken rows.
 */
export function answerBreaches(record: WorkspaceRecord, answers: readonly AcceptedAnswer[]): Breach[] {
  const known = knownOf(record);
  const keptSince = record.keptSince ?? -Infinity;
  return answers.flatMap((answer) => {
    const isGone = answer.status !== 'rolled-back' && !known.byId.has(answer.executionId);
    if (isGone && isAnswerOfFormer(answer, record.formerGoneAt)) return [];
    if (isGone && Date.parse(answer.at) * 1000 < keptSince) return [];
    const wrong = whatIsWrong(answer, known);
    return wrong === null ? [] : [answerBreach(answer, wrong)];
  });
}

/** `wrong`: the end of a sentence about it. */
export function answerBreach(answer: AcceptedAnswer, wrong: string): Breach {
  const { workspaceId, executionId, status, at } = answer;
  const seq = answer.seq === undefined ? '' : ` with seq ${answer.seq}`;
  const key = answer.key === undefined ? '' : ` for key ${JSON.stringify(answer.key)}`;
  const how = typeof status === 'number' ? `answered with ${status}` : status.replace('-', ' ');
  return {
    workspaceId,
    executionIds: [executionId],
    seqs: answer.seq === undefined ? [] : [answer.seq],
    times: [at],
    what: `Execution ${executionId} was ${how}${seq}${key} at ${at}, but ${wrong}.`,
  };
}

interface Known {
  readonly byId: ReadonlyMap<string, ExecutionRecord>;
  readonly byKey: ReadonlyMap<string, ExecutionRecord>;
  readonly inInbox: ReadonlySet<string>;
  readonly aliasOf: ReadonlyMap<string, string>;
  readonly mayBeDropped: boolean;
}

function knownOf({ executions, inbox, aliases, keptSince }: WorkspaceRecord): Known {
  return {
    byId: new Map(executions.map((row) => [row.id, row])),
    byKey: new Map(
      executions.flatMap((row) => (row.idempotencyKey === null ? [] : [[row.idempotencyKey, row]])),
    ),
    inInbox: new Set(inbox.map(({ id }) => id)),
    aliasOf: new Map(aliases.map(({ id, executionId }) => [id, executionId])),
    mayBeDropped: keptSince !== null,
  };
}

function whatIsWrong(answer: AcceptedAnswer, known: Known): string | null {
  const { executionId: id, status } = answer;
  if (status === 'rolled-back')
    return known.byId.has(id) || known.aliasOf.has(id) || known.inInbox.has(id) ? 'it is there' : null;
  if (status === 'committed') {
    if (known.inInbox.has(id)) return null;
    const target = known.aliasOf.get(id);
    if (target !== undefined) return aliasIsWrong(target, answer, known);
    // A rejected row has given up its key.
    if (known.byId.get(id)?.status === 'rejected') return null;
  }
  const row = known.byId.get(id);
  if (row === undefined)
    return `this workspace has no such row${status === 'committed' ? ', neither in its inbox' : ''}`;
  if (answer.seq !== undefined && answer.seq !== row.seq) return `its seq is ${row.seq}`;
  return keyIsWrong(row.id, answer, known);
}

function aliasIsWrong(target: string, answer: AcceptedAnswer, known: Known): string | null {
  if (known.byId.has(target)) return keyIsWrong(target, answer, known);
  return known.mayBeDropped ? null : `it stands for execution ${target}, of which there is no row`;
}

function keyIsWrong(id: string, { key }: AcceptedAnswer, { byKey }: Known): string | null {
  if (key === undefined) return null;
  const first = byKey.get(key);
  if (first === undefined) return 'no row carries its key';
  return first.id === id ? null : `its key stands for execution ${first.id}`;
}
