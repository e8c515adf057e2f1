import { ActivityFailure, isCancellation, log, proxyActivities } from '@temporalio/workflow';
import { RETENTION_QUEUE } from '../../domain/names.ts';
import { showPage } from '../gate/shown/page.ts';
import { PARTITION_HELD, type RetentionActivities, type RetentionReport } from './contract.ts';
import { retentionPage } from './retention-page.ts';

/** On a queue of its own: a drop that waits must hold no slot that a gate or the sweep needs. */
const { makePartitions, findDuePartitions } = proxyActivities<Omit<RetentionActivities, 'dropPartition'>>({
  taskQueue: RETENTION_QUEUE,
  startToCloseTimeout: '60s',
  retry: { maximumAttempts: 3 },
});

/** A drop gives up waiting by itself after a quarter of an hour; a large one may have many payloads to move. */
const { dropPartition } = proxyActivities<Pick<RetentionActivities, 'dropPartition'>>({
  taskQueue: RETENTION_QUEUE,
  startToCloseTimeout: '2h',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '2s', maximumAttempts: 3, nonRetryableErrorTypes: [PARTITION_HELD] },
});

/**
 * Makes the partitions of the coming weeks, then drops those that are past their retention, the oldest first, however many a pause has left.
 * What fails is told and left to the next run. Started by a Schedule; nothing that admits executions waits for it.
 */
export async function RetentionWorkflow(): Promise<RetentionReport> {
  const report: { -readonly [K in keyof RetentionReport]: RetentionReport[K] } = {
    made: [],
    aheadDays: null,
    dropped: [],
    problems: [],
  };
  let dropping: string | null = null;
  showPage(() => retentionPage(report, dropping));
  const attempt = async <T>(what: string, run: () => Promise<T>): Promise<T | null> => {
    try {
      return await run();
    } catch (error) {
      if (isCancellation(error)) throw error;
      report.problems = [...report.problems, `${what}: ${reasonOf(error)}`];
      log.warn(`retention: ${what} failed; the next run tries again`, { error });
      return null;
    }
  };
  Object.assign(report, await attempt('making partitions', makePartitions));
  const held = new Set<string>();
  for (const { name, parent } of (await attempt('finding what is due', findDuePartitions)) ?? []) {
    if (held.has(parent)) continue;
    dropping = name;
    const before = report.problems.length;
    const dropped = await attempt(`dropping ${name}`, () => dropPartition(name));
    if (dropped !== null) report.dropped = [...report.dropped, dropped];
    if (report.problems.length > before) held.add(parent);
  }
  dropping = null;
  return report;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
