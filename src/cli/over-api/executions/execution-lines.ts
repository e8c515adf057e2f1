import type { Execution, ExecutionStatus, ExecutionSummary } from '../../../../packages/client/src/index.ts';
import type { Colour } from '../../print/colour.ts';
import { jsonLine } from '../../print/plain.ts';
import { type Column, fieldLines } from '../../print/table.ts';
import { age, durationOrNull } from '../../print/times.ts';

const COLOURS: Record<ExecutionStatus, Colour | undefined> = {
  scheduled: undefined,
  pending: 'yellow',
  running: 'green',
  completed: undefined,
  failed: 'red',
  cancelled: 'grey',
  terminated: 'red',
  timed_out: 'red',
  expired: 'grey',
  rejected: 'red',
};

export const EXECUTION_COLUMNS: readonly Column<ExecutionSummary>[] = [
  { title: 'EXECUTION', of: ({ id }) => id },
  { title: 'WORKSPACE', of: ({ workspaceId }) => workspaceId },
  { title: 'TYPE', of: ({ workflowType }) => workflowType },
  { title: 'STATUS', of: ({ status }) => status, colour: ({ status }) => COLOURS[status] },
  { title: 'SEQ', of: ({ seq }) => seq },
  { title: 'REFERENCE', of: ({ reference }) => reference },
  { title: 'ACCEPTED', of: ({ createdAt }) => age(createdAt) },
  { title: 'WAITED', of: (execution) => durationOrNull(between(execution.createdAt, execution.admittedAt)) },
  { title: 'RAN', of: (execution) => durationOrNull(between(execution.admittedAt, execution.closedAt)) },
  { title: 'FAILURE', of: ({ failure }) => failure && `${failure.type}: ${failure.message}` },
];

/** An execution as people read it. */
export function executionLines(execution: Execution): string[] {
  const { id, workspaceId, status, position, failure, stalled, labels } = execution;
  return fieldLines([
    ['execution', id],
    ['workspace', workspaceId],
    ['workflow type', execution.workflowType],
    ['status', status],
    ['position', position ?? null],
    ['seq', execution.seq],
    ['reference', execution.reference],
    [
      'labels',
      Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ') || null,
    ],
    ['accepted', execution.createdAt],
    ['admitted', execution.admittedAt],
    ['started', execution.startedAt],
    ['ended', execution.closedAt],
    ['stalled', stalled && `${stalled.reason}: ${stalled.message}`],
    ['failure', failure && `${failure.type}: ${failure.message}`],
    ['input', textOf(execution.input)],
    ['result', textOf(execution.result)],
    ['rerun of', execution.rerunOf],
    [execution.createdBy?.startsWith('role:') ? 'asked by' : 'asked by key', execution.createdBy],
    ['cancelled by key', execution.cancelRequestedBy],
    ['terminated by key', execution.terminateRequestedBy],
    ['in Temporal', execution.webUrl],
  ]);
}

/** One line about what was done to it. */
export function statusLine({ id, status }: Pick<Execution, 'id' | 'status'>, more = ''): string {
  return `${id}  ${status}${more}`;
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : jsonLine(value);
}

function between(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}
