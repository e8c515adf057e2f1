import type { AuditReport } from './findings.ts';

/** Further ones are counted; `--json` has them all. */
const SHOWN_AT_MOST = 20;

/** The report as people read it: a table of the checks, then each breach and each note in a line of its own. */
export function printReport(report: AuditReport, print: (line: string) => void): void {
  print(`${report.workspaces} workspaces, ${report.executions} executions`);
  print('');
  const rows = [
    ['invariant', 'breaches', 'measured'],
    ...report.checks.map(({ invariant, breaches, measured }) => [
      invariant,
      String(breaches.length),
      measured,
    ]),
  ] as [string, string, string][];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const [invariant, breaches, measured] of rows)
    print(`${invariant.padEnd(widths[0]!)}  ${breaches.padStart(widths[1]!)}  ${measured}`);
  for (const { invariant, breaches } of report.checks)
    printSome(
      breaches.map(({ what }) => `${invariant}: ${what}`),
      print,
    );
  printSome(
    report.notes.map(({ what }) => `note: ${what}`),
    print,
  );
  print('');
  print(report.ok ? 'No breach.' : 'There are breaches.');
}

function printSome(lines: readonly string[], print: (line: string) => void): void {
  if (lines.length > 0) print('');
  for (const line of lines.slice(0, SHOWN_AT_MOST)) print(line);
  if (lines.length > SHOWN_AT_MOST) print(`... and ${lines.length - SHOWN_AT_MOST} more; --json shows all`);
}
