import type { WorkspaceStats } from '../../../../packages/client/src/index.ts';
import type { Colour } from '../../print/colour.ts';
import { sparkline } from '../../print/sparkline.ts';
import type { Column } from '../../print/table.ts';
import { age, durationOrNull } from '../../print/times.ts';

/** An hour in so many characters: one for three minutes. */
const BACKLOG_COLUMNS = 20;

const COLOURS: Record<WorkspaceStats['health'], Colour | undefined> = {
  deleting: 'grey',
  restoring: 'red',
  paused: 'blue',
  stalled: 'red',
  'at-limit': 'yellow',
  backlogged: 'yellow',
  active: 'green',
  idle: undefined,
};

export function colourOf({ health }: Pick<WorkspaceStats, 'health'>): Colour | undefined {
  return COLOURS[health];
}

/** The limit, where it comes from, and by how many more run. */
export function limitText({
  limit,
  limitSource,
  overBy,
}: Pick<WorkspaceStats, 'limit' | 'limitSource' | 'overBy'>): string {
  const over = overBy > 0 ? `, over by ${overBy}` : '';
  return `${limit} (${limitSource}${over})`;
}

export const STATS_COLUMNS: readonly Column<WorkspaceStats>[] = [
  { title: 'WORKSPACE', of: ({ id }) => id },
  { title: 'TIER', of: ({ tier }) => tier },
  { title: 'HEALTH', of: ({ health }) => health, colour: colourOf },
  { title: 'LIMIT', of: limitText },
  { title: 'RUNNING', of: ({ running }) => running },
  { title: 'PENDING', of: ({ pending }) => pending },
  { title: 'OLDEST', of: ({ oldestWaitSeconds }) => durationOrNull(oldestWaitSeconds) },
  { title: 'WAIT P95', of: ({ waitP95Seconds }) => durationOrNull(waitP95Seconds) },
  { title: 'HANDOFF P99', of: ({ handoffP99Seconds }) => durationOrNull(handoffP99Seconds) },
  { title: 'FAILED 1H', of: ({ failedLastHour }) => failedLastHour },
  { title: 'ADMITTED', of: ({ lastAdmissionAt }) => age(lastAdmissionAt) },
  { title: 'BACKLOG 1H', of: ({ backlog }) => sparkline(backlog, BACKLOG_COLUMNS) },
];
