import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditRules } from '../../src/audit/judging/audit-rules.ts';
import { Findings } from '../../src/audit/report/findings.ts';
import { printReport } from '../../src/audit/report/print-report.ts';
import type { DeploymentRecord } from '../../src/audit/record/deployment-record.ts';
import { admitted, at, execution, workspace } from './records.ts';

const RULES: AuditRules = {
  accepted: null,
  graceSeconds: 60,
  maxIdleSlotSeconds: 60,
};

const NOTHING_ELSE: DeploymentRecord = {
  deployment: 'ours',
  namespace: 'shared',
  straysOfUnknown: new Map(),
  acceptedOfUnknown: [],
  foreignGates: [],
  stuckInInbox: [],
};

function printed(findings: Findings): string[] {
  const lines: string[] = [];
  printReport(findings.report(), (line) => lines.push(line));
  return lines;
}

test('the report of a deployment without workspaces names every check and what it compared', () => {
  const findings = new Findings(RULES);
  findings.addDeployment(NOTHING_ELSE);
  assert.deepEqual(printed(findings), [
    '0 workspaces, 0 executions',
    '',
    'invariant        breaches  measured',
    'CAP                     0  nothing was opened',
    'FIFO                    0  0 admissions',
    'DURABLE                 0  0 rows; no client log given',
    'ONCE                    0  0 workflows, 0 further runs of them',
    'OUTCOME                 0  0 ends compared',
    'LEAK                    0  0 running; at most 0 ms without an open workflow',
    'WORK-CONSERVING         0  no slot stood free beside a waiting row; below the limit for at most 0 ms; clocks not compared',
    'COUNTERS                0  0 workspaces, 0 limit changes',
    'EVENTS                  0  0 events',
    'SCHEDULE                0  0 entered at their time, at most 0 ms late; 0 expired',
    'PAUSE                   0  0 pauses',
    '',
    'No breach.',
  ]);
});

test('each check adds up its measures over all workspaces, and breaches outside every workspace are reported under their invariant', () => {
  const answer = (workspaceId: string) =>
    ({ workspaceId, executionId: 'e-1', seq: 1, status: 202, at: 'then' }) as const;
  const findings = new Findings({ ...RULES, accepted: [answer('one'), answer('two'), answer('gone')] });
  findings.addWorkspace(
    workspace(
      [
        admitted(1, { admitted: 1, opened: 1.3, closed: 5.2 }),
        admitted(2, { admitted: 5.1, opened: 5.4, closed: 7 }),
      ],
      { limits: [[0, 1]], workspaceId: 'one' },
    ),
  );
  findings.addWorkspace(
    workspace(
      [
        admitted(1, { admitted: 1, opened: 1.2 }),
        admitted(2, { admitted: 1, opened: 1.25 }),
        execution(3, { status: 'running', admittedAt: at(970), runs: [] }),
        execution(4, { createdAt: at(985) }),
      ],
      { workspaceId: 'two' },
    ),
  );
  const stray = {
    workflowId: 'execution.x',
    runId: 'r',
    executionId: 'x',
    startedAt: at(2),
    closedAt: null,
    isUnadmitted: false,
    why: 'there is no row x',
  };
  findings.addDeployment({
    ...NOTHING_ELSE,
    straysOfUnknown: new Map([['gone', [stray]]]),
    acceptedOfUnknown: [answer('gone')],
    foreignGates: [{ workspaceId: 'one', runId: 'g', deployment: 'theirs' }],
  });
  assert.deepEqual(printed(findings), [
    '2 workspaces, 6 executions',
    '',
    'invariant        breaches  measured',
    'CAP                     0  4 open intervals; at most 2 open at once, under a limit of 5 (two)',
    'FIFO                    0  5 admissions',
    "DURABLE                 1  6 rows; 3 answers in the client's log",
    'ONCE                    1  4 workflows, 0 further runs of them',
    'OUTCOME                 0  2 ends compared',
    'LEAK                    0  3 running; at most 30.0 s without an open workflow',
    "WORK-CONSERVING         2  free beside a waiting row: at most 998.8 s, p99 958.9 s of 5 (bound 60 s); below the limit for at most 1000.0 s; Temporal's clock ahead of Postgres' by 100 ms to 200 ms",
    'COUNTERS                0  2 workspaces, 2 limit changes',
    'EVENTS                  0  0 events',
    'SCHEDULE                0  0 entered at their time, at most 0 ms late; 0 expired',
    'PAUSE                   0  0 pauses',
    '',
    'DURABLE: Execution e-1 was answered with 202 with seq 1 at then, but the workspace does not exist.',
    '',
    'ONCE: Workflow execution.x (run r, started at 2026-01-01T00:00:02.000000Z) says that it is an execution of workspace gone, but there is no row x.',
    '',
    'WORK-CONSERVING: A slot of workspace two stood free for 998.8 s, from 2026-01-01T00:00:01.250000Z to 2026-01-01T00:16:40.000000Z, while execution e-3 (seq 3) and 0 behind it waited.',
    'WORK-CONSERVING: The gate of workspace one (run g) is that of deployment theirs, and this database is deployment ours: two installations share the namespace shared.',
    '',
    'There are breaches.',
  ]);
});
