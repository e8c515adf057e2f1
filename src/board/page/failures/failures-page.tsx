import { h } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../ask/ask.ts';
import type { ExecutionSummary, Page } from '../ask/shapes.ts';
import { useAnswer } from '../ask/use-answer.ts';
import { endColumnsAt } from '../executions/end-columns.tsx';
import { type Column, ExecutionsTable } from '../executions/executions-table.tsx';
import { SelectedBar } from '../executions/selected-bar.tsx';
import { useLive } from '../live/live.ts';
import { useNow } from '../live/now.ts';
import { LiveMark } from '../parts/live-mark.tsx';
import { Notice } from '../parts/notice.tsx';
import { useSelection } from '../parts/selection.ts';
import { Title } from '../parts/title.tsx';
import { workspacePath } from '../place/route.ts';
import { useRight } from '../session/session.ts';

/** As many as a page of the API has. */
const ROWS = 200;
const HOUR_MS = 3_600_000;

/** What failed in the last hour, in all workspaces. */
export function FailuresPage() {
  const failures = useAnswer('/v1/executions', readFailures);
  const selection = useSelection();
  const isPaused = selection.selected.length > 0;
  const liveness = useLive('/v1/events', failures.reload, isPaused);
  const nowMs = useNow(isPaused);
  const canRerun = useRight('enqueue');
  const [workspaceId, setWorkspaceId] = useState<string | null>(null);
  const rows = failures.value?.filter((row) => workspaceId === null || row.workspaceId === workspaceId);
  return (
    <div class="page">
      <div class="page-head">
        <Title text="Failures of the last hour" />
        <span class="grow" />
        <LiveMark liveness={liveness} />
      </div>
      <Notice error={failures.error} />
      <ByWorkspace failures={failures.value ?? []} chosen={workspaceId} onChoose={setWorkspaceId} />
      <ExecutionsTable
        name="Failures"
        rows={rows ?? null}
        columns={[WORKSPACE, ...endColumnsAt(nowMs)]}
        none="Nothing failed in the last hour."
        {...(canRerun && { selection })}
      />
      <SelectedBar selection={selection} onDone={() => void failures.reload()} />
    </div>
  );
}

const WORKSPACE: Column<ExecutionSummary> = {
  name: 'Workspace',
  class: 'name',
  cell: ({ workspaceId }) => <a href={workspacePath(workspaceId)}>{workspaceId}</a>,
};

interface ByWorkspaceProps {
  readonly failures: readonly ExecutionSummary[];
  readonly chosen: string | null;
  readonly onChoose: (workspaceId: string | null) => void;
}

/** The workspaces with most of them; a click shows those of one. */
function ByWorkspace({ failures, chosen, onChoose }: ByWorkspaceProps) {
  const counts = new Map<string, number>();
  for (const { workspaceId } of failures) counts.set(workspaceId, (counts.get(workspaceId) ?? 0) + 1);
  const most = [...counts].sort(([, one], [, other]) => other - one).slice(0, CHIPS_MAX);
  return (
    <ul class="chips" aria-label="By workspace">
      {most.map(([id, count]) => (
        <li key={id}>
          <button
            type="button"
            class="chip"
            aria-pressed={chosen === id}
            onClick={() => onChoose(chosen === id ? null : id)}
          >
            {id} <b>{count}</b>
          </button>
        </li>
      ))}
    </ul>
  );
}

const CHIPS_MAX = 12;

/** In the order of their ends: the API has them in the order in which they were accepted. */
async function readFailures(path: string, signal: AbortSignal): Promise<ExecutionSummary[]> {
  const closedAfter = new Date(Date.now() - HOUR_MS).toISOString();
  const asked = `${path}?limit=${ROWS}&outcome=failure&closedAfter=${closedAfter}`;
  const { items } = await ask<Page<ExecutionSummary>>('GET', asked, undefined, signal);
  return [...items].sort((one, other) => (other.closedAt ?? '').localeCompare(one.closedAt ?? ''));
}
