import { type SQL, sql } from 'drizzle-orm';
import type { HealthFacts } from '../../domain/health.ts';
import type { LimitSource, Tier } from '../../domain/tier.ts';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { Db } from '../connection/database.ts';
import { IS_PAUSED } from '../workspaces/lock-workspace.ts';
import {
  FAILED_LAST_HOUR,
  INBOX,
  INBOX_OLDEST_SECONDS,
  LIMIT,
  measured,
  MINUTES_SHOWN,
  OLDEST_ENTERED,
  SINCE_SHOWN,
  STALLED,
} from './workspace-facts.ts';

/** A workspace in numbers: its counters as they are, and what its samples say of the last minutes. */
export interface WorkspaceNumbers extends HealthFacts {
  readonly id: string;
  readonly tier: Tier;
  readonly limitSource: LimitSource;
  readonly limitOverride: number | null;
  readonly scheduled: number;
  /** What transactions have asked for and nobody has sequenced yet, up to 1,000, and since the oldest was asked for. */
  readonly inbox: number;
  readonly inboxOldestSeconds: number | null;
  readonly paused: WorkspacePause | null;
  /** For how long the head of the queue has waited; null when nothing waits. */
  readonly oldestWaitSeconds: number | null;
  readonly waitP95Seconds: number | null;
  readonly handoffP99Seconds: number | null;
  readonly failedLastHour: number;
  readonly lastAdmissionAt: Date | null;
  /** How many waited at the end of each minute, the oldest first; the last is the minute under way. */
  readonly backlog: readonly number[];
}

interface WorkspacePause {
  readonly since: Date;
  readonly until: Date | null;
  readonly reason: string;
  readonly by: string | null;
}

/** @throws WorkspaceNotFoundError */
export async function findWorkspaceNumbers(db: Db, workspaceId: string): Promise<WorkspaceNumbers> {
  const { rows } = await db.execute<NumbersRow>(sql`
    select ${NUMBERS} from workspaces w join tiers t on t.name = w.tier where w.id = ${workspaceId}`);
  const [row] = rows;
  if (row === undefined) throw new WorkspaceNotFoundError(workspaceId);
  return numbersOf(row);
}

/** Columns over a workspace `w` with its tier `t`: some index entries for each row. */
export const NUMBERS: SQL = sql`
  w.id, w.tier, ${LIMIT} as "limit", w.limit_override, w.running, w.pending, w.scheduled, w.last_admission_at,
  w.deleting_since is not null as is_deleting, w.restoring_since is not null as is_restoring, ${sql.raw(IS_PAUSED)} as is_paused,
  w.paused_at, w.paused_until, w.pause_reason, w.paused_by, ${STALLED} as stalled,
  (select greatest(0, extract(epoch from statement_timestamp() - o.entered))::float8 from (select ${OLDEST_ENTERED} as entered) o
   where o.entered is not null) as oldest_wait_seconds,
  ${measured('wait_p95_seconds')} as wait_p95_seconds, ${measured('handoff_p99_seconds')} as handoff_p99_seconds,
  ${FAILED_LAST_HOUR} as failed_last_hour, ${INBOX} as inbox, ${INBOX_OLDEST_SECONDS} as inbox_oldest_seconds,
  (select json_agg(json_build_array(extract(epoch from date_trunc('minute', statement_timestamp()) - s.minute)::integer / 60, s.pending))
   from workspace_samples s where s.workspace_id = w.id and s.minute >= ${SINCE_SHOWN}) as backlog`;

export interface NumbersRow extends Record<string, unknown> {
  readonly id: string;
  readonly tier: Tier;
  readonly limit: number;
  readonly limit_override: number | null;
  readonly running: number;
  readonly pending: number;
  readonly scheduled: number;
  readonly last_admission_at: string | null;
  readonly is_deleting: boolean;
  readonly is_restoring: boolean;
  readonly is_paused: boolean;
  readonly paused_at: string | null;
  readonly paused_until: string | null;
  readonly pause_reason: string | null;
  readonly paused_by: string | null;
  readonly stalled: number;
  readonly oldest_wait_seconds: number | null;
  readonly wait_p95_seconds: number | null;
  readonly handoff_p99_seconds: number | null;
  readonly failed_last_hour: number;
  readonly inbox: number;
  readonly inbox_oldest_seconds: number | null;
  /** How many minutes ago, and how many waited. */
  readonly backlog: readonly (readonly [minutesAgo: number, pending: number])[] | null;
}

export function numbersOf(row: NumbersRow): WorkspaceNumbers {
  return {
    id: row.id,
    tier: row.tier,
    limit: row.limit,
    limitSource: row.limit_override === null ? 'tier' : 'override',
    limitOverride: row.limit_override,
    running: row.running,
    pending: row.pending,
    scheduled: row.scheduled,
    isDeleting: row.is_deleting,
    isRestoring: row.is_restoring,
    isPaused: row.is_paused,
    paused: row.is_paused ? pauseOf(row) : null,
    stalledExecutions: row.stalled,
    oldestWaitSeconds: row.oldest_wait_seconds,
    waitP95Seconds: row.wait_p95_seconds,
    handoffP99Seconds: row.handoff_p99_seconds,
    failedLastHour: row.failed_last_hour,
    inbox: row.inbox,
    inboxOldestSeconds: row.inbox_oldest_seconds,
    lastAdmissionAt: timeOf(row.last_admission_at),
    backlog: backlogOf(row.backlog ?? []),
  };
}

function pauseOf(row: NumbersRow): WorkspacePause {
  return {
    since: timeOf(row.paused_at)!,
    until: timeOf(row.paused_until),
    reason: row.pause_reason ?? '',
    by: row.paused_by,
  };
}

/** A minute without a sample is one without work. */
function backlogOf(samples: readonly (readonly [minutesAgo: number, pending: number])[]): number[] {
  const backlog = Array.from<number>({ length: MINUTES_SHOWN }).fill(0);
  for (const [minutesAgo, pending] of samples) {
    const at = MINUTES_SHOWN - 1 - minutesAgo;
    if (at in backlog) backlog[at] = pending;
  }
  return backlog;
}

function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
