import { h } from 'preact';
import type { WorkspaceStats } from '../ask/shapes.ts';
import { HealthBadge } from '../parts/badge.tsx';
import { SlotsMeter } from '../parts/slots-meter.tsx';
import { type Sorting, SortHeading } from '../parts/sorting.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { workspacePath } from '../place/route.ts';
import { NONE, numberText, secondsText } from '../text/text.ts';
import type { WorkspacesQuery } from './workspaces-query.ts';

interface TableProps {
  /** Null before there is an answer. */
  readonly workspaces: readonly WorkspaceStats[] | null;
  readonly query: WorkspacesQuery;
}

export function WorkspacesTable({ workspaces, query }: TableProps) {
  const { sort, order } = query;
  const sorting: Sorting = { sort, order, onSort: (by, to) => query.change({ sort: by, order: to }) };
  return (
    <table class="table workspaces" aria-busy={workspaces === null}>
      <caption class="unseen">Workspaces</caption>
      <thead>
        <tr>
          <SortHeading name="Workspace" by="id" first="asc" sorting={sorting} />
          <SortHeading name="Tier" sorting={sorting} class="wide" />
          <SortHeading name="Health" by="health" sorting={sorting} />
          <SortHeading name="Running" by="running" sorting={sorting} class="number" />
          <SortHeading name="Pending" by="pending" sorting={sorting} class="number" />
          <SortHeading name="Oldest wait" by="oldestWait" sorting={sorting} class="number middle" />
          <SortHeading
            name="Wait p95"
            by="waitP95"
            sorting={sorting}
            class="number wide"
            title="From the queue to the slot"
          />
          <SortHeading
            name="Handoff p99"
            by="handoffP99"
            sorting={sorting}
            class="number wide"
            title="From an end to the next admission"
          />
          <SortHeading name="Backlog" sorting={sorting} class="wide" />
        </tr>
      </thead>
      <tbody>
        {workspaces?.map((workspace) => (
          <Row key={workspace.id} workspace={workspace} />
        ))}
        {workspaces?.length === 0 && (
          <tr>
            <td colSpan={9} class="empty">
              {query.search === '' && query.tier === '' && query.health === ''
                ? 'There is no workspace yet.'
                : 'No workspace matches.'}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Row({ workspace }: { readonly workspace: WorkspaceStats }) {
  const { id, tier, limit, limitSource, running, pending, overBy } = workspace;
  return (
    <tr>
      <th scope="row" class="name">
        <a href={workspacePath(id)}>{id}</a>
      </th>
      <td class="wide">{tier}</td>
      <td>
        <HealthBadge health={workspace.health} />
      </td>
      <td class="number">
        <span class="of">
          <SlotsMeter running={running} limit={limit} />
          <span class="count">
            {numberText(running)}
            <span class="quiet"> / {numberText(limit)}</span>
          </span>
          {limitSource === 'override' && (
            <abbr class="override" title="The limit is the workspace's own, and not its tier's">
              own
            </abbr>
          )}
        </span>
        {overBy > 0 && <small class="over-by">over by {numberText(overBy)}, draining</small>}
      </td>
      <td class="number">
        {pending === 0 ? <span class="quiet">0</span> : numberText(pending)}
        {pending > 0 && <small class="narrow quiet">{secondsText(workspace.oldestWaitSeconds)}</small>}
      </td>
      <td class="number middle">{quietNone(secondsText(workspace.oldestWaitSeconds))}</td>
      <td class="number wide">{quietNone(secondsText(workspace.waitP95Seconds))}</td>
      <td class="number wide">{quietNone(secondsText(workspace.handoffP99Seconds))}</td>
      <td class="wide">
        <Sparkline values={workspace.backlog} name="Backlog" />
      </td>
    </tr>
  );
}

function quietNone(text: string) {
  return text === NONE ? <span class="quiet">{text}</span> : text;
}
