import { h } from 'preact';
import type { ExecutionSummary, Page, WorkspaceStats } from '../ask/shapes.ts';
import { ExecutionCell } from '../executions/execution-cell.tsx';
import { type Column, ExecutionsTable } from '../executions/executions-table.tsx';
import { Section } from '../parts/section.tsx';
import type { Selection } from '../parts/selection.ts';
import { TemporalLink } from '../parts/temporal-link.tsx';
import { Since } from '../parts/time.tsx';
import { countText } from '../text/text.ts';

interface SlotsProps {
  readonly stats: WorkspaceStats | null;
  readonly running: Page<ExecutionSummary> | null;
  readonly nowMs: number;
  readonly selection?: Selection;
}

/** Who holds the slots, the longest first. */
export function Slots({ stats, running, nowMs, selection }: SlotsProps) {
  const rows = running && [...running.items].sort(byAdmission);
  const free = stats === null ? 0 : Math.max(0, stats.limit - stats.running);
  return (
    <Section
      name="Slots"
      about={
        <span class="quiet">
          {stats === null ? '' : free === 0 ? 'none is free' : `${countText(free, 'slot')} free`}
        </span>
      }
    >
      <ExecutionsTable
        name="Slots"
        rows={rows}
        columns={columnsAt(nowMs)}
        none="Nothing runs."
        {...(selection && { selection })}
      />
      {running?.nextCursor != null && <p class="more quiet">The newest 200 of them are shown.</p>}
    </Section>
  );
}

function columnsAt(nowMs: number): Column<ExecutionSummary>[] {
  return [
    {
      name: 'Held by',
      cell: (row) => (
        <div>
          <ExecutionCell execution={row} />
          {row.stalled !== null && <p class="stalled">{row.stalled.message}</p>}
          {asked(row) !== null && <small class="quiet">{asked(row)}</small>}
        </div>
      ),
    },
    { name: 'For', class: 'number', cell: (row) => <Since time={row.admittedAt} nowMs={nowMs} /> },
    {
      name: 'Open in',
      class: 'number',
      cell: (row) => <TemporalLink url={row.webUrl} of={`Execution ${row.id}`} />,
    },
  ];
}

function asked({ terminateRequested, cancelRequested }: ExecutionSummary): string | null {
  if (terminateRequested) return 'its termination was asked for';
  return cancelRequested ? 'its cancellation was asked for' : null;
}

function byAdmission(one: ExecutionSummary, other: ExecutionSummary): number {
  return (one.admittedAt ?? '').localeCompare(other.admittedAt ?? '') || (one.seq ?? 0) - (other.seq ?? 0);
}
