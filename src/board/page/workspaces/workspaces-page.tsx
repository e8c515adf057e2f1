import { h } from 'preact';
import { useAnswer } from '../ask/use-answer.ts';
import type { Page, Stats, WorkspaceStats } from '../ask/shapes.ts';
import { useLive } from '../live/live.ts';
import { LiveMark } from '../parts/live-mark.tsx';
import { Notice } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { Title } from '../parts/title.tsx';
import { WorkspacesFilter } from './workspaces-filter.tsx';
import { useWorkspacesQuery } from './workspaces-query.ts';
import { WorkspacesTable } from './workspaces-table.tsx';
import { Totals } from './totals.tsx';

/** All workspaces: where a search for the one that complains begins. */
export function WorkspacesPage() {
  const query = useWorkspacesQuery();
  const list = useAnswer<Page<WorkspaceStats>>(query.path);
  const stats = useAnswer<Stats>('/v1/stats');
  const reload = async () => void (await Promise.all([list.reload(), stats.reload()]));
  const liveness = useLive('/v1/events', reload, false);
  return (
    <div class="page">
      <div class="page-head">
        <Title text="Workspaces" />
        <span class="grow" />
        <LiveMark liveness={liveness} />
      </div>
      <Totals stats={stats.value} query={query} />
      <WorkspacesFilter stats={stats.value} query={query} />
      <Notice error={list.error ?? stats.error} />
      <WorkspacesTable workspaces={list.value?.items ?? null} query={query} />
      <Pager
        name="workspaces"
        isFirst={query.cursor === null}
        next={list.value?.nextCursor ?? null}
        onFirst={() => query.change({})}
        onNext={(cursor) => query.change({ cursor })}
      />
    </div>
  );
}
