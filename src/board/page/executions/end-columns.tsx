import { h } from 'preact';
import type { ExecutionSummary } from '../ask/shapes.ts';
import { StatusBadge } from '../parts/badge.tsx';
import { Since } from '../parts/time.tsx';
import { durationText } from '../text/text.ts';
import { ExecutionCell } from './execution-cell.tsx';
import type { Column } from './executions-table.tsx';

/** Of executions that have ended. */
export function endColumnsAt(nowMs: number): Column<ExecutionSummary>[] {
  return [
    { name: 'Execution', cell: (row) => <ExecutionCell execution={row} /> },
    { name: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
    { name: 'Why', class: 'why wide', cell: (row) => <Failure execution={row} /> },
    {
      name: 'Waited',
      class: 'number wide',
      cell: (row) => between(row.createdAt, row.admittedAt ?? row.closedAt),
    },
    { name: 'Ran', class: 'number wide', cell: (row) => between(row.admittedAt, row.closedAt) },
    {
      name: 'Ended',
      class: 'number',
      cell: (row) => <Since time={row.closedAt} nowMs={nowMs} word=" ago" />,
    },
  ];
}

/** Its type and its message, which a tenant's code wrote: text, whatever it says. */
export function Failure({ execution }: { readonly execution: ExecutionSummary }) {
  const { failure } = execution;
  if (failure === null) return null;
  return (
    <span class="failure" title={failure.message}>
      <b>{failure.type}</b> {failure.message}
    </span>
  );
}

function between(from: string | null, to: string | null): string {
  return durationText(from === null || to === null ? null : Date.parse(to) - Date.parse(from));
}
