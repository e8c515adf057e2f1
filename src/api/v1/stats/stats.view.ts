import type { Failures, InboxTotal, Total } from '../../../db/stats/read-totals.ts';
import type { WorkspaceNumbers } from '../../../db/stats/workspace-numbers.ts';
import { HEALTHS, healthOf } from '../../../domain/health.ts';
import { TIERS } from '../../../domain/tier.ts';
import type { Stats, WorkspaceStats } from './stats.schemas.ts';

export function workspaceStatsView(numbers: WorkspaceNumbers): WorkspaceStats {
  const { id, tier, limit, limitSource, limitOverride, running, pending, scheduled, paused } = numbers;
  return {
    id,
    tier,
    health: healthOf(numbers),
    limit,
    limitSource,
    limitOverride,
    running,
    overBy: Math.max(0, running - limit),
    pending,
    scheduled,
    oldestWaitSeconds: toMillis(numbers.oldestWaitSeconds),
    waitP95Seconds: toMillis(numbers.waitP95Seconds),
    handoffP99Seconds: toMillis(numbers.handoffP99Seconds),
    stalledExecutions: numbers.stalledExecutions,
    failedLastHour: numbers.failedLastHour,
    inbox: numbers.inbox,
    inboxOldestSeconds: toMillis(numbers.inboxOldestSeconds),
    paused: paused && {
      ...paused,
      since: paused.since.toISOString(),
      until: paused.until?.toISOString() ?? null,
    },
    lastAdmissionAt: numbers.lastAdmissionAt?.toISOString() ?? null,
    backlog: [...numbers.backlog],
  };
}

/** Clocks of two machines say no more than milliseconds. */
const toMillis = (seconds: number | null) => (seconds === null ? null : Math.round(seconds * 1000) / 1000);

export function statsView(all: readonly Total[], failures: Failures, inbox: InboxTotal): Stats {
  return {
    ...sums(all),
    inbox: inbox.waiting,
    inboxOldestSeconds: toMillis(inbox.oldestSeconds),
    tiers: TIERS.map((name) => {
      const ofTier = all.filter(({ tier }) => tier === name);
      return { name, ...sums(ofTier), limit: sum(ofTier, 'limit') };
    }),
    health: Object.fromEntries(
      HEALTHS.map((health) => [
        health,
        sum(
          all.filter((one) => one.health === health),
          'workspaces',
        ),
      ]),
    ) as Stats['health'],
    failures: {
      since: failures.since.toISOString(),
      executions: failures.executions,
      workspaces: failures.workspaces.map((one) => ({ ...one })),
    },
  };
}

const sums = (totals: readonly Total[]) => ({
  workspaces: sum(totals, 'workspaces'),
  running: sum(totals, 'running'),
  pending: sum(totals, 'pending'),
  scheduled: sum(totals, 'scheduled'),
});

type Count = 'workspaces' | 'running' | 'pending' | 'scheduled' | 'limit';

const sum = (totals: readonly Total[], count: Count) =>
  totals.reduce((through, total) => through + total[count], 0);
