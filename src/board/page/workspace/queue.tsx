import { h } from 'preact';
import { useState } from 'preact/hooks';
import { useAnswer } from '../ask/use-answer.ts';
import type { Page, QueuedExecution, WorkspaceStats } from '../ask/shapes.ts';
import { ExecutionCell } from '../executions/execution-cell.tsx';
import { type Column, ExecutionsTable } from '../executions/executions-table.tsx';
import { Pager } from '../parts/pager.tsx';
import { Section } from '../parts/section.tsx';
import type { Selection } from '../parts/selection.ts';
import { Since } from '../parts/time.tsx';
import { workspacePath } from '../place/route.ts';
import { countText, NONE, numberText } from '../text/text.ts';

interface QueueProps {
  readonly workspaceId: string;
  /** The page that is live; further ones stay as they were read. */
  readonly first: Page<QueuedExecution> | null;
  readonly stats: WorkspaceStats | null;
  readonly nowMs: number;
  readonly selection?: Selection;
}

const ROWS = 25;

/** Who waits, the next one first. */
export function Queue({ workspaceId, first, stats, nowMs, selection }: QueueProps) {
  const [cursor, setCursor] = useState<string | null>(null);
  const further = useAnswer<Page<QueuedExecution>>(
    cursor === null ? null : `/v1${workspacePath(workspaceId)}/queue?limit=${ROWS}&cursor=${cursor}`,
  );
  const page = cursor === null ? first : further.value;
  return (
    <Section
      name="Queue"
      about={
        <span class="quiet">
          {stats === null || stats.pending === 0 ? '' : `${countText(stats.pending, 'execution')} waiting`}
        </span>
      }
    >
      <ExecutionsTable
        name="Queue"
        rows={page?.items ?? null}
        columns={columnsAt(nowMs)}
        none="Nothing waits."
        {...(selection && { selection })}
      />
      <Pager
        name="the queue"
        isFirst={cursor === null}
        next={page?.nextCursor ?? null}
        onFirst={() => setCursor(null)}
        onNext={setCursor}
      />
    </Section>
  );
}

function columnsAt(nowMs: number): Column<QueuedExecution>[] {
  return [
    {
      name: 'Place',
      class: 'place',
      cell: ({ position }) => (position === null ? NONE : numberText(position)),
    },
    { name: 'Execution', cell: (row) => <ExecutionCell execution={row} /> },
    {
      name: 'Waits for',
      class: 'number',
      cell: ({ createdAt, startAfter }) => <Since time={laterOf(createdAt, startAfter)} nowMs={nowMs} />,
    },
  ];
}

/** It has waited since it entered the queue. */
function laterOf(createdAt: string, startAfter: string | null): string {
  return startAfter !== null && startAfter > createdAt ? startAfter : createdAt;
}
