import type { AcceptedAnswer } from '../read/accepted-answer.ts';
import { answerBreach, answerBreaches } from './answered.ts';
import { stuckBreaches } from './inbox.ts';
import type { Breach } from '../judging/breach.ts';
import type { Check } from '../judging/check.ts';
import { enteredAtOf } from '../record/queued.ts';
import type { WorkspaceRecord } from '../record/workspace-record.ts';

export interface DurableChecked {
  readonly breaches: readonly Breach[];
  /** Answers of a client that were checked. */
  readonly answers: number;
  /** Rows that are not there, and that retention may have dropped. */
  readonly perhapsDropped: number;
}

export function durableCheck(): Check {
  let rows = 0;
  let inInbox = 0;
  let answers = 0;
  let perhapsDropped = 0;
  return {
    name: 'DURABLE',
    checkWorkspace(record, rules) {
      const accepted = (rules.accepted ?? []).filter((answer) => answer.workspaceId === record.workspaceId);
      const checked = checkDurable(record, accepted);
      rows += record.executions.length;
      inInbox += record.inbox.length;
      answers += checked.answers;
      perhapsDropped += checked.perhapsDropped;
      return checked;
    },
    checkDeployment(record) {
      const checked = checkDurableWithoutWorkspace(record.acceptedOfUnknown);
      answers += checked.answers;
      return [...checked.breaches, ...stuckBreaches(record)];
    },
    measured: ({ accepted }) =>
      `${rows} rows${inInbox > 0 ? `, and ${inInbox} in the inbox` : ''}${perhapsDropped > 0 ? `, and ${perhapsDropped} that retention may have dropped` : ''}; ${accepted === null ? 'no client log given' : `${answers} answers in the client's log`}`,
  };
}

/**
 * DURABLE: what was answered with 202, or with 200 for a repeated key, is there, and so is what a transaction asked for that has committed; and no seq
 * between the first and the last is missing, which shows a lost row even when no client kept a log. What retention may have dropped need not be there, nor
 * what a deletion has ended. `accepted`: the answers for this workspace.
 */
export function checkDurable(record: WorkspaceRecord, accepted: readonly AcceptedAnswer[]): DurableChecked {
  const { breaches: missing, perhapsDropped } = missingSeqs(record);
  const breaches = [...missing, ...answerBreaches(record, accepted)];
  return { breaches, answers: accepted.length, perhapsDropped };
}

/** Of a workspace that the database does not have, no answer can be kept. */
export function checkDurableWithoutWorkspace(accepted: readonly AcceptedAnswer[]): DurableChecked {
  const breaches = accepted
    .filter(({ status }) => status !== 'rolled-back')
    .map((answer) => answerBreach(answer, 'the workspace does not exist'));
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
