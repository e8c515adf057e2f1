import { h } from 'preact';
import { useAnswer } from '../ask/use-answer.ts';
import type {
  Change,
  ExecutionSummary,
  Page,
  QueuedExecution,
  Workspace,
  WorkspaceStats,
} from '../ask/shapes.ts';
import { ChangesTable } from '../changes/changes-table.tsx';
import { SelectedBar } from '../executions/selected-bar.tsx';
import { useLive } from '../live/live.ts';
import { useNow } from '../live/now.ts';
import { HealthBadge } from '../parts/badge.tsx';
import { LiveMark } from '../parts/live-mark.tsx';
import { Notice } from '../parts/notice.tsx';
import { Section } from '../parts/section.tsx';
import { useSelection } from '../parts/selection.ts';
import { Title } from '../parts/title.tsx';
import { workspacePath } from '../place/route.ts';
import { isOfAll, useSession } from '../session/session.ts';
import { WorkspaceActs } from './workspace-acts.tsx';
import { Ends } from './ends.tsx';
import { Figures } from './figures.tsx';
import { Queue } from './queue.tsx';
import { Slots } from './slots.tsx';
import { Standing } from './standing.tsx';

/** More rows than that are on pages of their own. */
const ROWS = 25;

/** One workspace: who holds its slots, who waits, what ended, and what was done to it. */
export function WorkspacePage({ workspaceId }: { readonly workspaceId: string }) {
  const session = useSession();
  const path = `/v1${workspacePath(workspaceId)}`;
  const stats = useAnswer<WorkspaceStats>(`/v1/stats${workspacePath(workspaceId)}`);
  const workspace = useAnswer<Workspace>(path);
  const running = useAnswer<Page<ExecutionSummary>>(`${path}/executions?status=running&limit=200`);
  const queue = useAnswer<Page<QueuedExecution>>(`${path}/queue?limit=${ROWS}`);
  const changes = useAnswer<Page<Change>>(`${path}/changes?limit=${ROWS}`);
  const selection = useSelection();
  const parts = [stats, workspace, running, queue, changes];
  const reload = async () => void (await Promise.all(parts.map((part) => part.reload())));
  const isPaused = selection.selected.length > 0;
  const liveness = useLive(`${path}/events`, reload, isPaused);
  const nowMs = useNow(isPaused);
  const canAct = session?.rights.some((right) => right === 'cancel' || right === 'enqueue') === true;
  const selectable = canAct ? { selection } : {};
  return (
    <div class="page">
      {session !== null && isOfAll(session) && (
        <nav class="crumbs" aria-label="Above">
          <a href="/">Workspaces</a>
        </nav>
      )}
      <div class="page-head">
        <Title text={workspaceId} />
        {stats.value && <HealthBadge health={stats.value.health} />}
        <span class="grow" />
        <LiveMark liveness={liveness} />
        {stats.value && <WorkspaceActs stats={stats.value} onDone={() => void reload()} />}
      </div>
      <Notice error={stats.error ?? workspace.error ?? running.error ?? queue.error ?? changes.error} />
      <Standing stats={stats.value} workspace={workspace.value} nowMs={nowMs} />
      <Figures stats={stats.value} nowMs={nowMs} />
      <div class="columns">
        <Slots stats={stats.value} running={running.value} nowMs={nowMs} {...selectable} />
        <Queue
          workspaceId={workspaceId}
          first={queue.value}
          stats={stats.value}
          nowMs={nowMs}
          {...selectable}
        />
      </div>
      <Ends workspaceId={workspaceId} watched={stats.value} nowMs={nowMs} {...selectable} />
      <Section name="Changes">
        <ChangesTable changes={changes.value?.items ?? null} nowMs={nowMs} />
      </Section>
      <SelectedBar selection={selection} onDone={() => void reload()} />
    </div>
  );
}
