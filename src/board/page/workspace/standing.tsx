import { h } from 'preact';
import type { Pause, Workspace, WorkspaceStats } from '../ask/shapes.ts';
import { Since } from '../parts/time.tsx';
import { countText, secondsText, timeText } from '../text/text.ts';

/** The API looks at all of the inbox at the latest after ten seconds. */
const INBOX_LATE_SECONDS = 15;

interface StandingProps {
  readonly stats: WorkspaceStats | null;
  readonly workspace: Workspace | null;
  readonly nowMs: number;
}

/** What is out of the ordinary, and what it means. */
export function Standing({ stats, workspace, nowMs }: StandingProps) {
  if (stats === null) return null;
  const { paused, overBy, stalledExecutions, limit, inbox, inboxOldestSeconds } = stats;
  return (
    <div class="standing">
      {workspace !== null && workspace.restoringSince !== null && (
        <p class="notice">
          Nothing is started since {timeText(workspace.restoringSince)}: the database was restored from a
          backup. <code>npx sluice resume --after-restore</code> lets it go on.
        </p>
      )}
      {stats.health === 'deleting' && <p class="notice">It is being deleted, and takes nothing new.</p>}
      {paused !== null && <Paused paused={paused} nowMs={nowMs} />}
      {overBy > 0 && (
        <p class="notice warn">
          Over by {overBy}, draining: {countText(overBy, 'execution')} more than the limit of {limit} run, and
          nothing is admitted before they have ended.
        </p>
      )}
      {stalledExecutions > 0 && (
        <p class="notice">
          {countText(stalledExecutions, 'running execution')} {stalledExecutions === 1 ? 'makes' : 'make'} no
          progress.
        </p>
      )}
      {inboxOldestSeconds !== null && inboxOldestSeconds > INBOX_LATE_SECONDS && (
        <p class="notice warn">
          {countText(inbox, 'request')} of transactions {inbox === 1 ? 'waits' : 'wait'} in the inbox; the
          oldest was made {secondsText(inboxOldestSeconds)} ago. If {inbox === 1 ? 'it stays' : 'they stay'},
          something keeps the API from taking {inbox === 1 ? 'it' : 'them'} into the queue: its log says what.
        </p>
      )}
    </div>
  );
}

function Paused({ paused, nowMs }: { readonly paused: Pause; readonly nowMs: number }) {
  return (
    <p class="notice warn">
      Paused since <Since time={paused.since} nowMs={nowMs} />
      {paused.by !== null && (
        <span>
          {' '}
          by the key <code>{paused.by}</code>
        </span>
      )}
      {paused.until === null ? ', until somebody resumes it' : `, until ${timeText(paused.until)}`}
      {paused.reason !== null && `: ${paused.reason}`}. What runs goes on, and nothing is admitted.
    </p>
  );
}
