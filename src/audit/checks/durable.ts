import type { AcceptedAnswer } from '../read/accepted-answer.ts';
import type { Breach } from './breach.ts';
import type { Check } from './check.ts';
import { enteredAtOf } from '../record/queued.ts';
import type { ExecutionRecord, WorkspaceRecord } from '../record/workspace-record.ts';

export interface DurableChecked {
  readonly breaches: readonly Breach[];
  /** Answers of a client that were checked. */
  readonly answers: number;
  /** Rows that are not there, and that retention may have dropped. */
  readonly perhapsDropped: number;
}

export function durableCheck(): Check {
  let rows = 0;
  let answers = 0;
  let perhapsDropped = 0;
  return {
    name: 'DURABLE',
    checkWorkspace(record, rules) {
      const accepted = (rules.accepted ?? []).filter((answer) => answer.workspaceId === record.workspaceId);
      const checked = checkDurable(record, accepted);
      rows += record.executions.length;
      answers += checked.answers;
      perhapsDropped += checked.perhapsDropped;
      return checked;
    },
    checkDeployment(record) {
      const checked = checkDurableWithoutWorkspace(record.acceptedOfUnknown);
      answers += checked.answers;
      return checked.breaches;
    },
    measured: ({ accepted }) =>
      `${rows} rows${perhapsDropped > 0 ? `, and ${perhapsDropped} that retention may have dropped` : ''}; ${accepted === null ? 'no client log given' : `${answers} answers in the client's log`}`,
  };
}

/**
 * DURABLE: what was answered with 202, or with 200 for a repeated key, is there; and no seq between the first and the last is
 * missing, which shows a lost row even when no client kept a log. What retention may have dropped need not be there. `accepted`: the answers
 * for this workspace.
 */
export function checkDurable(record: WorkspaceRecord, accepted: readonly AcceptedAnswer[]): DurableChecked {
  const byId = new Map(record.executions.map((row) => [row.id, row]));
  const byKey = new Map(
    record.executions.flatMap((row) => (row.idempotencyKey === null ? [] : [[row.idempotencyKey, row]])),
  );
  const { breaches: missing, perhapsDropped } = missingSeqs(record);
  const keptSince = record.keptSince ?? -Infinity;
  const breaches = [
    ...missing,
    ...accepted.flatMap((answer) => {
      if (!byId.has(answer.executionId) && Date.parse(answer.at) * 1000 < keptSince) return [];
      const wrong = whatIsWrong(answer, byId, byKey);
      return wrong === null ? [] : [answerBreach(answer, wrong)];
    }),
  ];
  return { breaches, answers: accepted.length, perhapsDropped };
}

/** Of a workspace that the database does not have, no answer can be kept. */
export function checkDurableWithoutWorkspace(accepted: readonly AcceptedAnswer[]): DurableChecked {
  const breaches = accepted.map((answer) => answerBreach(answer, 'the workspace does not exist'));
  return { breaches, answers: accepted.length, perhapsDropped: 0 };
}

/** A row that is not there entered the queue after the one before it, or after its workspace was made, and so ended after that. */
function missingSeqs(record: WorkspaceRecord): Pick<DurableChecked, 'breaches' | 'perhapsDropped'> {
  const breaches: Breach[] = [];
  let perhapsDropped = 0;
  let expected = 1;
  let acceptedAfter = record.limitChanges[0]?.changedAt ?? -Infinity;
  const enteredAt = enteredAtOf(record);
  const rows = record.executions.map((row) => ({ seq: row.seq, enteredAt: enteredAt(row) ?? row.createdAt }));
  for (const { seq, enteredAt: at } of [...rows, { seq: record.lastSeq + 1, enteredAt: Infinity }]) {
    if (seq === null) continue;
    if (seq > expected && record.keptSince !== null && acceptedAfter < record.keptSince)
      perhapsDropped += seq - expected;
    else if (seq > expected) breaches.push(missingBreach(record.workspaceId, expected, seq - 1));
    expected = Math.max(expected, seq + 1);
    acceptedAfter = at;
  }
  return { breaches, perhapsDropped };
}

function missingBreach(workspaceId: string, first: number, last: number): Breach {
  const range = first === last ? `seq ${first}` : `seqs ${first} to ${last}`;
  return {
    workspaceId,
    executionIds: [],
    seqs: first === last ? [first] : [first, last],
    times: [],
    what: `Workspace ${workspaceId}: ${range} was given out and has no row.`,
  };
}

function whatIsWrong(
  answer: AcceptedAnswer,
  byId: ReadonlyMap<string, ExecutionRecord>,
  byKey: ReadonlyMap<string, ExecutionRecord>,
): string | null {
  const row = byId.get(answer.executionId);
  if (row === undefined) return 'this workspace has no such row';
  if (answer.seq !== undefined && answer.seq !== row.seq) return `its seq is ${row.seq}`;
  if (answer.key === undefined) return null;
  const first = byKey.get(answer.key);
  if (first === undefined) return 'no row carries its key';
  return first.id === row.id ? null : `its key stands for execution ${first.id}`;
}

function answerBreach(answer: AcceptedAnswer, wrong: string): Breach {
  const seq = answer.seq === undefined ? '' : ` with seq ${answer.seq}`;
  const key = answer.key === undefined ? '' : ` for key ${JSON.stringify(answer.key)}`;
  return {
    workspaceId: answer.workspaceId,
    executionIds: [answer.executionId],
    seqs: answer.seq === undefined ? [] : [answer.seq],
    times: [answer.at],
    what: `Execution ${answer.executionId} was answered with ${answer.status}${seq}${key} at ${answer.at}, but ${wrong}.`,
  };
}
