import type { Breach, Note } from '../judging/breach.ts';
import type { Check } from '../judging/check.ts';
import { inboxBreaches } from './inbox.ts';
import { rerunBreaches } from './reruns.ts';
import { isoOf } from '../record/micros.ts';
import { openIntervalsOf, ourRuns } from '../record/open-intervals.ts';
import type { ExecutionRecord, Stray, WorkspaceRecord } from '../record/workspace-record.ts';

export interface OnceChecked {
  readonly breaches: readonly Breach[];
  readonly notes: readonly Note[];
  /** Executions found in Temporal. */
  readonly workflows: number;
  /** Runs that continued, retried or reset an execution. */
  readonly furtherRuns: number;
}

export function onceCheck(): Check {
  let workflows = 0;
  let furtherRuns = 0;
  return {
    name: 'ONCE',
    checkWorkspace(record) {
      const checked = checkOnce(record);
      workflows += checked.workflows;
      furtherRuns += checked.furtherRuns;
      return checked;
    },
    checkDeployment: ({ straysOfUnknown }) =>
      [...straysOfUnknown].flatMap(([workspaceId, strays]) => strayBreaches(workspaceId, strays)),
    measured: () => `${workflows} workflows, ${furtherRuns} further runs of them`,
  };
}

/**
 * ONCE: an execution has at most one workflow. All its runs are of one chain, which began with the run that its row names; runs by
 * continue-as-new, retry and reset belong to it. No workflow says that it is an execution of ours without an admitted row. A rerun is of one that
 * had ended. What waits in the inbox, or is an alias, is no execution.
 */
export function checkOnce(record: WorkspaceRecord): OnceChecked {
  const breaches = [
    ...strayBreaches(record.workspaceId, record.strays),
    ...rerunBreaches(record),
    ...inboxBreaches(record),
  ];
  const notes: Note[] = [];
  let workflows = 0;
  let furtherRuns = 0;
  for (const execution of record.executions) {
    const runs = ourRuns(execution);
    if (runs.length > 0) workflows++;
    furtherRuns += Math.max(0, runs.length - 1);
    const chains = [...new Set(runs.map((run) => run.firstRunId))];
    if (chains.length > 1) breaches.push(startedTwice(record, execution, chains));
    const [chain] = chains;
    if (chains.length === 1 && execution.runId !== null && execution.runId !== chain)
      breaches.push(otherRun(record, execution, chain!));
    const resets = openIntervalsOf(execution).filter((opening) => opening.isReset);
    if (resets.length > 0)
      notes.push(
        operatorReset(
          record,
          execution,
          resets.map((reset) => isoOf(reset.from)),
        ),
      );
  }
  return { breaches, notes, workflows, furtherRuns };
}

/** Workflows that claim to be executions of a workspace, be there such a workspace or not. */
function strayBreaches(workspaceId: string, strays: readonly Stray[]): Breach[] {
  return strays.map((stray) => ({
    workspaceId,
    executionIds: stray.executionId === null ? [] : [stray.executionId],
    seqs: [],
    times: [isoOf(stray.startedAt)],
    what: `Workflow ${stray.workflowId} (run ${stray.runId}, started at ${isoOf(stray.startedAt)}) says that it is an execution of workspace ${workspaceId}, but ${stray.why}.`,
  }));
}

function startedTwice(
  record: WorkspaceRecord,
  execution: ExecutionRecord,
  chains: readonly string[],
): Breach {
  const times = ourRuns(execution).map((run) => isoOf(run.startedAt));
  return {
    workspaceId: record.workspaceId,
    executionIds: [execution.id],
    seqs: [execution.seq],
    times,
    what: `Execution ${execution.id} (seq ${execution.seq}) was started ${chains.length} times: its runs began with ${chains.join(' and ')}.`,
  };
}

function otherRun(record: WorkspaceRecord, execution: ExecutionRecord, chain: string): Breach {
  return {
    workspaceId: record.workspaceId,
    executionIds: [execution.id],
    seqs: [execution.seq],
    times: ourRuns(execution).map((run) => isoOf(run.startedAt)),
    what: `Execution ${execution.id} (seq ${execution.seq}) began with run ${chain} in Temporal, and its row names run ${execution.runId}.`,
  };
}

function operatorReset(record: WorkspaceRecord, execution: ExecutionRecord, at: readonly string[]): Note {
  return {
    kind: 'operator-reset',
    workspaceId: record.workspaceId,
    executionIds: [execution.id],
    what: `Execution ${execution.id} (seq ${execution.seq}) had ended and was reset at ${at.join(', ')}: an operator's act, outside CAP.`,
  };
}
