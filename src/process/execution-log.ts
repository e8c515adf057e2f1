import type { TerminalStatus } from '../domain/status.ts';

/** What a line needs: a log, or a request's. */
interface InfoLog {
  info(fields: object, message: string): void;
}

interface Ids {
  readonly workspaceId: string;
  readonly executionId: string;
  /** Null before its time has come. */
  readonly seq: number | null;
}

/**
 * One line for each change of an execution's state, after its commit, so that an execution can be followed by its id through all
 * processes: accepted, admitted, started, ended. Ids and statuses only: what users send and return never gets into a log. A process that
 * dies between commit and line leaves the line out.
 */
export const executionLog = {
  accepted(log: InfoLog, ids: Ids, workflowType: string): void {
    log.info({ ...ids, status: 'pending', workflowType }, 'execution accepted');
  },
  admitted(log: InfoLog, ids: Ids): void {
    log.info({ ...ids, status: 'running' }, 'execution admitted');
  },
  /** `runId` is the first run of its workflow. */
  started(log: InfoLog, ids: Ids & { readonly runId: string }): void {
    log.info({ ...ids, status: 'running' }, 'execution started');
  },
  /** `runId` is null when it ended before a start of it was recorded. */
  ended(log: InfoLog, ids: Ids & { readonly runId: string | null; readonly status: TerminalStatus }): void {
    log.info(ids, 'execution ended');
  },
} as const;
