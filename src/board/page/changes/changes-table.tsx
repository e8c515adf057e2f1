import { h } from 'preact';
import type { Change } from '../ask/shapes.ts';
import { Since } from '../parts/time.tsx';
import { workspacePath } from '../place/route.ts';
import { NONE, wordText } from '../text/text.ts';
import { changeText } from './change-text.ts';

interface ChangesTableProps {
  /** Null before there is an answer. */
  readonly changes: readonly Change[] | null;
  readonly nowMs: number;
  /** On a page of more than one workspace. */
  readonly withWorkspace?: boolean;
}

/** What was done, by whom and why, the newest first. */
export function ChangesTable({ changes, nowMs, withWorkspace = false }: ChangesTableProps) {
  return (
    <table class="table changes" aria-busy={changes === null}>
      <caption class="unseen">Changes</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          {withWorkspace && <th scope="col">Workspace</th>}
          <th scope="col">What</th>
          <th scope="col" class="wide">
            Why
          </th>
          <th scope="col">Who</th>
        </tr>
      </thead>
      <tbody>
        {changes?.map((change) => (
          <Row key={change.id} change={change} nowMs={nowMs} withWorkspace={withWorkspace} />
        ))}
        {changes?.length === 0 && (
          <tr>
            <td colSpan={5} class="empty">
              Nothing was changed.
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly change: Change;
  readonly nowMs: number;
  readonly withWorkspace: boolean;
}

function Row({ change, nowMs, withWorkspace }: RowProps) {
  const { at, workspaceId, act, by, source, reason } = change;
  return (
    <tr>
      <td class="when">
        <Since time={at} nowMs={nowMs} word=" ago" />
      </td>
      {withWorkspace && (
        <td class="name">
          {workspaceId === null ? NONE : <a href={workspacePath(workspaceId)}>{workspaceId}</a>}
        </td>
      )}
      <td class="what">
        {wordText(act)} <span class="quiet">{changeText(change)}</span>
      </td>
      <td class="wide">{reason ?? <span class="quiet">{NONE}</span>}</td>
      <td>
        {by === null ? (
          <span class="quiet">{source === 'itself' ? 'Sluice' : 'no key'}</span>
        ) : (
          <code>{by}</code>
        )}
        {source !== 'api' && source !== 'itself' && <small class="quiet"> by {source}</small>}
      </td>
    </tr>
  );
}
