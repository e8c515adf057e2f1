import type { GateSnapshot, RunningExecution } from '../contract.ts';
import { executionWorkflowId } from '../../../domain/names.ts';
import { plainText } from './plain-text.ts';

/** Rows shown at most: the Web UI shows the top of the page, and a limit may be 1000. */
const ROWS_SHOWN = 25;

/** What people see on a gate's page in the Web UI, in Markdown: the numbers first, because text after a table needs scrolling. */
export function gateDetails(snapshot: GateSnapshot, namespace: string): string {
  return [
    headline(snapshot),
    lastError(snapshot),
    restoring(snapshot),
    paused(snapshot),
    stalled(snapshot),
    runningTable(snapshot, namespace),
    admissionsTable(snapshot, namespace),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function headline({ workspaceId, tier, limit, limitSource, running, pending }: GateSnapshot): string {
  if (limit === null) return `Workspace **${workspaceId}**: its first reconcile is under way.`;
  const draining = running.length > limit ? ` · **over by ${running.length - limit}, draining**` : '';
  const source = limitSource === 'override' ? 'override' : 'of the tier';
  return `Workspace **${workspaceId}** · tier **${tier}** · limit **${limit}** (${source}) · running **${running.length}** · pending **${pending}**${draining}`;
}

function lastError(snapshot: GateSnapshot): string {
  if (snapshot.lastError !== null)
    return `**${snapshot.isForeign ? 'Another installation' : 'Waiting for Postgres'}:** ${plainText(snapshot.lastError)}`;
  return snapshot.watchError === undefined ? '' : `**Watch given up:** ${plainText(snapshot.watchError)}`;
}

function restoring({ restoringSince }: GateSnapshot): string {
  if (restoringSince === undefined) return '';
  return `**Restoring since ${secondOf(restoringSince)}:** Postgres lacks events that this gate knows, so it was restored from a backup, or lost its last commits in a failover. Nothing is started; what runs goes on. \`npx sluice resume --after-restore\` says what may be lost or run twice, and with \`--yes\` lets it go on.`;
}

function paused({ paused: pause, workspaceId }: GateSnapshot): string {
  if (!pause) return '';
  const until = pause.until === null ? 'somebody resumes it' : secondOf(pause.until);
  return `**Paused since ${secondOf(pause.since)}, until ${until}:** ${plainText(pause.reason)}. Nothing is admitted; what runs goes on. \`DELETE /v1/workspaces/${workspaceId}/pause\` resumes it.`;
}

/** As people read it. */
function secondOf(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

function stalled({ stalled: found, workspaceId }: GateSnapshot): string {
  if (!found) return '';
  return `**Stalled:** ${found.executions} of them cannot make progress (${found.reason}). \`GET /v1/workspaces/${workspaceId}/executions?status=running\` says why.`;
}

function runningTable({ running }: GateSnapshot, namespace: string): string {
  if (running.length === 0) return 'Nothing runs.';
  const rows = running
    .slice(0, ROWS_SHOWN)
    .map((r) => `| ${r.seq} | ${link(r, namespace)} | ${plainText(r.workflowType)} | ${r.state} |`);
  const more = running.length > ROWS_SHOWN ? `\n\n… and ${running.length - ROWS_SHOWN} more.` : '';
  return (
    ['**Running**', '', '| seq | execution | workflow | state |', '| --- | --- | --- | --- |', ...rows].join(
      '\n',
    ) + more
  );
}

function admissionsTable({ lastAdmissions }: GateSnapshot, namespace: string): string {
  if (lastAdmissions.length === 0) return '';
  const rows = lastAdmissions.map(
    (a) =>
      `| ${a.seq} | ${link(a, namespace)} | ${plainText(a.workflowType)} | ${a.at.slice(0, 19).replace('T', ' ')} |`,
  );
  return [
    '**Last admissions**',
    '',
    '| seq | execution | workflow | admitted (UTC) |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** Relative, so that it works wherever the Web UI is served from. */
function link({ executionId }: Pick<RunningExecution, 'executionId'>, namespace: string): string {
  return `[${executionId}](/namespaces/${encodeURIComponent(namespace)}/workflows/${executionWorkflowId(executionId)})`;
}
