import type { AuditRules } from './audit-rules.ts';
import { checkCap } from './cap.ts';
import { clockOffsetOf } from '../record/clocks.ts';
import { checkCounters } from './counters.ts';
import { checkDurable } from './durable.ts';
import { checkFifo } from './fifo.ts';
import type { Findings } from '../report/findings.ts';
import { checkLeak } from './leak.ts';
import { checkOnce } from './once.ts';
import { checkOutcome } from './outcome.ts';
import { checkWorkConserving } from './work-conserving.ts';
import type { WorkspaceRecord } from '../record/workspace-record.ts';

/** Runs every check over one workspace. */
export function checkWorkspace(record: WorkspaceRecord, rules: AuditRules, findings: Findings): void {
  const { tally } = findings;
  const { workspaceId } = record;
  tally.workspaces++;
  tally.executions += record.executions.length;
  tally.noteOffset(clockOffsetOf(record));

  const cap = checkCap(record);
  findings.add('CAP', cap);
  tally.openIntervals += cap.openIntervals;
  tally.noteFullest(workspaceId, cap.fullest);

  const fifo = checkFifo(record);
  findings.add('FIFO', fifo);
  tally.admissions += fifo.admissions;

  const accepted = (rules.accepted ?? []).filter((answer) => answer.workspaceId === workspaceId);
  const durable = checkDurable(record, accepted);
  findings.add('DURABLE', durable);
  tally.answers += durable.answers;

  const once = checkOnce(record);
  findings.add('ONCE', once);
  tally.workflows += once.workflows;
  tally.furtherRuns += once.furtherRuns;

  const outcome = checkOutcome(record);
  findings.add('OUTCOME', outcome);
  tally.compared += outcome.compared;

  const leak = checkLeak(record, rules.graceSeconds);
  findings.add('LEAK', leak);
  tally.running += leak.running;
  tally.longestHeldMicros = Math.max(tally.longestHeldMicros, leak.longestMicros);

  const conserving = checkWorkConserving(record, rules.maxIdleSlotSeconds);
  findings.add('WORK-CONSERVING', conserving);
  tally.noteIdle(conserving.idleMicros);
  tally.longestBelowLimitMicros = Math.max(tally.longestBelowLimitMicros, conserving.longestBelowLimitMicros);

  const counters = checkCounters(record, rules.tiers);
  findings.add('COUNTERS', counters);
  tally.limitChanges += counters.limitChanges;
}
