import type { RestoringWorkspace } from '../db/restore/find-restoring.ts';
import type { NamespaceFacts } from '../temporal/namespace/namespace.ts';
import { count } from './print/count.ts';
import { retentionMarginSeconds } from '../temporal/namespace/retention-margin.ts';

/** Enough to recognise an installation by; the API has the rest. */
const WORKSPACES_SHOWN = 50;

/** What an operator has to know before workspaces go on after a restore: what is lost, and what may run twice. */
export function costOf(restoring: readonly RestoringWorkspace[], namespace: NamespaceFacts): string {
  return [
    `${count(restoring.length, 'workspace')} ${restoring.length === 1 ? 'starts' : 'start'} nothing: the database lacks what gates remember. It was restored from a backup, or lost its last commits in a failover.`,
    '',
    table(restoring),
    '',
    'Lost: what was written after `complete up to` may not be in the database. Executions that were accepted then are unknown to Sluice, though their workflows may have run, or still run:',
    '  it starts as many others beside those as the limit allows, and a client that repeats such a request starts it once more. Cancellations and changes of settings are lost too.',
    '  `npx sluice audit` names workflows that no row stands for; their memos have workspace, seq and the SHA-256 of the idempotency key.',
    runTwice(restoring, namespace),
    'A row that was running then, and whose workflow Temporal no longer has, fails as OutcomeUnknown and is not run again.',
  ].join('\n');
}

function table(restoring: readonly RestoringWorkspace[]): string {
  const rows = restoring
    .slice(0, WORKSPACES_SHOWN)
    .map(({ id, restoredTo, restoringSince, pending, running }) => [
      id,
      restoredTo === null ? 'unknown' : utc(restoredTo),
      utc(restoringSince),
      String(pending),
      String(running),
    ]);
  const all = [['workspace', 'complete up to', 'noticed', 'pending', 'running'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) =>
    `  ${row.map((text, column) => text.padEnd(widths[column]!)).join('  ')}`.trimEnd(),
  );
  if (restoring.length > WORKSPACES_SHOWN)
    lines.push(`  ... and ${restoring.length - WORKSPACES_SHOWN} more`);
  return lines.join('\n');
}

/** An execution that is pending in the database may have run since. Its second start has the first one's workflow id. */
function runTwice(
  restoring: readonly RestoringWorkspace[],
  { name, retentionSeconds }: NamespaceFacts,
): string {
  const keptMs = (retentionSeconds - retentionMarginSeconds(retentionSeconds)) * 1000;
  const times = restoring.map(({ restoredTo }) => restoredTo?.getTime() ?? 0);
  const safeUntilMs = Math.min(...times) + keptMs;
  const kept = `While Temporal has their workflow it refuses a second start, and Sluice adopts the first. ${name} keeps closed workflows for ${Math.floor(retentionSeconds / 3600)} h`;
  const pending = 'Run twice: executions that are pending or scheduled here may have run after that time.';
  return Date.now() < safeUntilMs
    ? `${pending} ${kept}:\n  none runs twice if they are admitted before ${utc(new Date(safeUntilMs))}.`
    : `${pending} ${kept}:\n  those that ended before ${utc(new Date(Date.now() - keptMs))} run again.`;
}

function utc(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
