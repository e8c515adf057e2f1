import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

/** Histories read at once. */
const READS_AT_ONCE = 16;

const { TIMEOUT_TYPE_START_TO_CLOSE, TIMEOUT_TYPE_HEARTBEAT } = proto.temporal.api.enums.v1.TimeoutType;

/** What the histories of workflows tell of their tasks. */
export interface TimeOuts {
  timedOut: number;
  scheduleToStart: number;
  slowestTaskMs: number;
  slowestActivityMs: number;
}

/** A task that a worker took and did not end in time is given out again: after 10 s, if it is a workflow's. */
export async function countTimeOuts(client: Client, workflowIds: readonly string[]): Promise<TimeOuts> {
  const counts = { timedOut: 0, scheduleToStart: 0, slowestTaskMs: 0, slowestActivityMs: 0 };
  const left = [...workflowIds];
  const read = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const { events = [] } = await client.workflow.getHandle(id).fetchHistory();
      const startedMs = new Map<string, number>();
      for (const event of events ?? []) {
        const atMs = Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
        startedMs.set(String(event.eventId), atMs);
        const timeOut =
          event.workflowTaskTimedOutEventAttributes?.timeoutType ??
          event.activityTaskTimedOutEventAttributes?.failure?.timeoutFailureInfo?.timeoutType;
        if (timeOut === TIMEOUT_TYPE_START_TO_CLOSE || timeOut === TIMEOUT_TYPE_HEARTBEAT)
          counts.timedOut += 1;
        else if (timeOut != null) counts.scheduleToStart += 1;
        const task = event.workflowTaskCompletedEventAttributes?.startedEventId;
        if (task != null)
          counts.slowestTaskMs = Math.max(counts.slowestTaskMs, atMs - startedMs.get(String(task))!);
        const activity = event.activityTaskCompletedEventAttributes?.startedEventId;
        if (activity != null)
          counts.slowestActivityMs = Math.max(
            counts.slowestActivityMs,
            atMs - startedMs.get(String(activity))!,
          );
      }
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, read));
  return counts;
}
