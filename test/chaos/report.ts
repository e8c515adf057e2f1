import { median, percentile } from '../../src/domain/percentile.ts';
import { printReport } from '../../src/audit/report/print-report.ts';
import type { Standstill } from './faults/inject.ts';
import type { ChaosResult } from './run-chaos.ts';

const SHOWN_MAX = 40;

/** What a run has shown, for people. */
export function chaosReport(result: ChaosResult): string {
  const { faults, undone, wrongAnswers, callers } = result;
  const lines = [
    '',
    `seed        ${result.seed}`,
    `reserved    ${result.reservations ? 'gates held reservations' : 'nothing: without GATES_RESERVATIONS'}`,
    `foreign     ${result.goTookPart ? 'a raw-API worker, and a Go worker' : 'two raw-API workers; no Go worker took part'}`,
    `accepted    ${result.accepted} executions in ${result.answers} answers, after ${result.retries} retries`,
    `by SQL      ${callers.committed} transactions committed, ${callers.rolledBack} not; callers killed themselves ${callers.deaths} times`,
    `  orders    ${callers.orders}: ${callers.aliases} for an execution that was there, ${callers.rejected} rejected; ${callers.plans} changes of a tier`,
    `ended as    ${counts(result.byStatus)}`,
    `killed      ${counts(faults.kills)}; in all ${Object.values(faults.kills).reduce((a, b) => a + b)}`,
    `faults      ${counts(faults.landed)}`,
    `  missed    ${counts(faults.missed)}`,
    ...(Object.keys(result.ownEnds).length > 0 ? [`ended alone ${counts(result.ownEnds)}`] : []),
    ...(faults.resetAfterEnd.length > 0 ? [`reset late  ${faults.resetAfterEnd.join(' ')}`] : []),
    `drained     ${undone.length === 0 ? `in ${(result.drainMs / 1000).toFixed(1)} s` : `not: ${undone.length} left`}`,
    ...undone
      .slice(0, SHOWN_MAX)
      .map((u) => `  ${u.workspaceId} seq ${u.seq} ${u.executionId} ${u.workflowType}: ${u.status}`),
    'stood still (a free slot, somebody in the queue, nothing started), longest after each:',
    ...standstillLines(result.standstills),
    `known ends  ${result.knownEnds} of foreign workers compared with those asked for`,
    `bulk acts   ${result.bulk.acts}, which ended or ran again ${result.bulk.done} executions`,
    `wrong answers: ${wrongAnswers.length}`,
    ...wrongAnswers.slice(0, SHOWN_MAX).map((answer) => `  ${answer}`),
    '',
    ...auditLines(result),
    result.ok ? 'ok' : 'NOT OK',
  ];
  return lines.join('\n');
}

function auditLines({ audit }: ChaosResult): string[] {
  const lines: string[] = [];
  printReport(audit, (line) => lines.push(line));
  return lines;
}

function standstillLines(standstills: readonly Standstill[]): string[] {
  const groups = new Map<string, Standstill[]>();
  for (const one of standstills) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups].map(([key, of]) => {
    const seconds = of.map(({ ms }) => ms / 1000);
    return `  ${key}: median ${median(seconds).toFixed(1)} s, longest ${percentile(seconds, 100).toFixed(1)} s of ${seconds.length}`;
  });
}

function keyOf({ what, alone }: Standstill): string {
  return `${what}${alone ? ', nothing else going on' : ', among other faults'}`;
}

function counts(record: Readonly<Record<string, number>>): string {
  const entries = Object.entries(record);
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${name} ${count}`).join(', ');
}
