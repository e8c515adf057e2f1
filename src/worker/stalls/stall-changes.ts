import type { StallCount } from '../../db/stalls/record-stalls.ts';
import type { Log } from '../../process/log.ts';

interface Counts {
  readonly before: readonly StallCount[];
  readonly after: readonly StallCount[];
}

/** When all workers are down every workspace stalls: some of them are named. */
const LINES_PER_ROUND = 20;

/**
 * Says once of each workspace and reason that executions cannot make progress, and once that they do again. The messages of failures stay
 * out of it: they may hold a tenant's data, and the API shows them.
 */
export function logChanges(log: Log, { before, after }: Counts): void {
  const begun = without(after, before);
  const over = without(before, after);
  for (const { workspaceId, reason, executions } of begun.slice(0, LINES_PER_ROUND))
    log.warn(
      { workspaceId, reason, executions },
      `executions of a workspace are stalled: GET /v1/workspaces/${workspaceId}/executions?status=running says why`,
    );
  for (const { workspaceId, reason, executions } of over.slice(0, LINES_PER_ROUND))
    log.info({ workspaceId, reason, executions }, 'executions of a workspace are no longer stalled');
  const more = Math.max(0, begun.length - LINES_PER_ROUND);
  if (more > 0) log.warn({ workspaces: more }, 'executions of further workspaces are stalled');
}

/** The workspaces that have more or fewer stalled executions than before, or for another reason. */
export function changedWorkspaces({ before, after }: Counts): string[] {
  const textOf = (counts: readonly StallCount[]) =>
    new Map(counts.map((count) => [keyOf(count), count] as const));
  const [was, is] = [textOf(before), textOf(after)];
  const changed = [...before, ...after].filter(
    (count) => was.get(keyOf(count))?.executions !== is.get(keyOf(count))?.executions,
  );
  return [...new Set(changed.map(({ workspaceId }) => workspaceId))];
}

function without(counts: readonly StallCount[], others: readonly StallCount[]): StallCount[] {
  const known = new Set(others.map(keyOf));
  return counts.filter((count) => !known.has(keyOf(count)));
}

/** No workspace id has a space in it. */
function keyOf({ workspaceId, reason }: StallCount): string {
  return `${workspaceId} ${reason}`;
}
