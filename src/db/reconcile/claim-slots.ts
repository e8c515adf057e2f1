import type { StallReason } from '../../domain/stall.ts';
import type { LimitSource, Tier } from '../../domain/tier.ts';
import type { ReconcileRequest } from '../../workflows/gate/contract.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';
import { IS_PAUSED, LOCKED_WORKSPACE, rememberingPlace } from '../workspaces/lock-workspace.ts';
import { appendingEvents } from '../events/append-events.ts';
import { UNCOUNTED_EVENTS } from './record-reports.ts';
import type { Workers } from '../schema.ts';

export interface Claim {
  readonly executionId: string;
  readonly seq: number;
  /** Since it entered the queue. */
  readonly waitSeconds: number;
}

/** The workspace after its claim, as one row. */
export interface Claimed {
  readonly tier: Tier;
  readonly workers: Workers;
  readonly limit: number;
  readonly limitSource: LimitSource;
  /** The tier's, for an execution that starts now. */
  readonly maxDurationSeconds: number;
  readonly running: number;
  readonly pending: number;
  /** The executions that got a slot by this very claim, in no order. */
  readonly claims: readonly Claim[];
  /** When they got it, by Postgres' clock, in milliseconds since 1970. */
  readonly claimedAtMs: number;
  /** More could have been claimed, or handed over, had the gate been able to start more. */
  readonly startsHeldBack: boolean;
  readonly epoch: number;
  /** The newest event that the answer may name; null while restoring: the gate's own is newer. */
  readonly lastEvent: number | null;
  /** Since when nothing is claimed, because the database lacks events that a gate remembers; null when it does not. */
  readonly restoringSince: Date | null;
  /** It was this very request that showed it. */
  readonly restoringBegins: boolean;
  /** Why nothing is claimed until somebody resumes it, or until its time; null when it is not paused. */
  readonly paused: ClaimedPause | null;
  /** It is being deleted, and nothing of it is scheduled, pending or running any more. */
  readonly isEmptied: boolean;
  /** Running executions that cannot make progress, and why the one that has not for longest. */
  readonly stalled: { readonly executions: number; readonly reason: StallReason | null };
}

/** A pause as JSON has it, its times in ISO 8601. */
export interface ClaimedPause {
  readonly since: string;
  readonly until: string | null;
  readonly reason: string;
}

/**
 * Whether the database was restored from a backup, or lost its last commits in a failover: its gate remembers a later epoch, or an event that
 * no answer of this database has named. `answered_event` is compared and not `last_event`, because requests that are accepted after a restore
 * would soon raise that beyond what the gate remembers. A gate that remembers nothing although it was answered before (terminated since) shows
 * nothing itself; others of the same database do.
 */
const IS_BEHIND = `
  case when $6::integer is not null then $6 > d.epoch or ($6 = d.epoch and $7::bigint > w.answered_event)
    else w.answered_event > 0 and exists (select from workspaces where restoring_since is not null) end`;

/**
 * A gate run that is gone held a reservation, and nobody can say what of it was started but Temporal: its rows have to be claimed, to be looked for, also in a
 * workspace that is being deleted, where the end of each has been asked for.
 */
const IS_INHERITED =
  '(reserved_by is not null and reserved_by <> $3 and reserved_through_seq > claimed_through_seq)';

/** `stands`: nothing is claimed, whatever is free. `claims_through`: nothing behind that. */
const BEFORE = `
  select ctid, id, limit_in_force, reserved_through_seq, greatest(limit_in_force, reserved_limit) as reserved_limit, claimed_through_seq, oldest_running_seq, answered_event, restoring_since,
    last_event + ${UNCOUNTED_EVENTS} as last_event, ${IS_PAUSED} as is_paused,
    case when deleting_since is not null then not ${IS_INHERITED} else ${IS_PAUSED} end as stands,
    case when deleting_since is not null then reserved_through_seq end as claims_through
  from workspaces where ${LOCKED_WORKSPACE}`;

const RESTORE = `
  select d.epoch, w.restoring_since is null and (${IS_BEHIND}) as begins, w.restoring_since is not null or (${IS_BEHIND}) as is_on
  from before w, (select epoch from deployment where only_row limit 1) d`;

/** Of Postgres' type `bigint`. */
const SEQ_MAX = '9223372036854775807';

/** After a claim. When nothing runs, the next row that does comes after it, also by a process of a release that keeps neither bound. */
const CLAIMED_THROUGH =
  'case when taken.slots < free.slots then w.last_seq else greatest(w.claimed_through_seq, taken.newest) end';

/** Since it entered the queue; a scheduled one at its time. */
export const WAIT_SECONDS =
  'extract(epoch from statement_timestamp() - greatest(e.created_at, e.start_after))::float8';

/** What a claim has taken, as one row. */
export const TAKEN = `
  select count(*)::integer as slots, coalesce(sum(bytes), 0)::bigint as bytes, min(seq) as oldest, max(seq) as newest,
    coalesce(json_agg(json_build_object('executionId', id, 'seq', seq, 'waitSeconds', wait_seconds)), '[]') as claims from claim`;

/** Rows of the queue that may not be claimed any more. By the index of such times, which has few rows; read only where somebody selects from it. */
const OVERDUE = `
  select count(*)::integer as slots, coalesce(sum(input_bytes), 0)::bigint as bytes
  from executions where workspace_id = $1 and status = 'pending' and start_before is not null and start_before <= statement_timestamp()`;

const STALLED = `(
  select json_build_object('executions', count(*), 'reason', (array_agg(s.reason order by s.since))[1])
  from stalled_executions s
  where s.workspace_id = $1 and (select e.status from executions e where e.id = s.execution_id) = 'running')`;

const ISO = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const PAUSE = `json_build_object('since', ${ISO('w.paused_at')}, 'until', ${ISO('w.paused_until')}, 'reason', w.pause_reason)`;

/**
 * Claims pending rows in seq order while fewer than `limit_in_force` run, none when the request says so, and stamps the workspace:
 * `reconciled_at` is how the sweep knows that a gate works; it clears what the sweep has counted against it.
 *
 * The status is asked for twice: an update by sub-select alone can turn a row back that changed while it waited for the lock. One
 * `admitted_at` for all rows of a claim, and not the time at which each was written, because an update goes in no particular order.
 * Fewer rows than free slots mean that nothing in the queue may be claimed, whatever the counters believed. What is left there is past its
 * `start_before`, by the clock that stamps the claim, and the schedule ends it (expire-overdue.ts). It is counted only then.
 *
 * A row that is reserved may be open already, since a time at which another limit was in force; then it was admitted under that one.
 *
 * A gate that can start only so many gets no more: rows that it does not know and that may have to be started come first, and the rest is
 * claimed. A database that is behind its gate claims nothing until an operator says so: what is pending there may have run. Nor does a workspace
 * that is paused, by this statement's clock, or that is being deleted.
 *
 * Both reads begin where the workspace says that the first such row can be: what lies before has left behind versions of index entries, which
 * nothing may clean up while any transaction of the database that could see them is open. A bound that is too low only costs time.
 *
 * The rows are named as an array, because the planner assumes that a computed limit returns a tenth of the queue, for which a join would read the whole
 * table; the second comparison of the status is as text, so that no index of pending rows is read for it. The deployment's row is limited to one: the planner
 * has no statistics of it and expects hundreds.
 */
export function claimSlots(
  { workspaceId, claim, known, startsAtMost, epoch, lastEvent }: ReconcileRequest,
  gateRunId: string,
): Statement {
  return {
    name: 'claim-slots',
    text: `
      with before as materialized (${BEFORE}),
      restore as (${RESTORE}),
      held as (
        select count(*)::integer as slots,
          count(*) filter (where run_id is null and id <> all($4::uuid[]))::integer as to_start,
          min(seq) as oldest
        from executions where workspace_id = $1 and status = 'running'
          and seq >= (select oldest_running_seq from before)),
      free as (
        select case when $2::boolean and not restore.is_on and not w.stands
          then greatest(0, least(w.limit_in_force - held.slots, $5::integer - held.to_start)) else 0 end as slots
        from before w, held, restore),
      next as (
        select id from executions where workspace_id = $1 and status = 'pending'
          and seq > (select claimed_through_seq from before) and seq <= (select coalesce(claims_through, ${SEQ_MAX}) from before)
          and (start_before is null or start_before > statement_timestamp())
        order by seq limit (select slots from free) for update),
      claim as (
        update executions e set status = 'running', admitted_at = statement_timestamp(),
          limit_at_admission = (select case when e.seq <= reserved_through_seq then reserved_limit else limit_in_force end from before)
        where e.id = any (array(select id from next)) and e.status::text = 'pending'
        returning e.id, e.seq, coalesce(e.input_bytes, 0) as bytes, ${WAIT_SECONDS} as wait_seconds),
      taken as (${TAKEN}),
      overdue as (${OVERDUE}),
      told as (
        ${appendingEvents({ of: 'claim', to: 'before', kind: 'admitted', status: "'running'", at: 'statement_timestamp()' })})
      update workspaces w
      set running = held.slots + taken.slots,
          pending = case when taken.slots < free.slots then (select slots from overdue) else greatest(0, w.pending - taken.slots) end,
          pending_bytes = case when taken.slots < free.slots then (select bytes from overdue) else greatest(0, w.pending_bytes - taken.bytes) end,
          claimed_through_seq = ${CLAIMED_THROUGH},
          oldest_running_seq = coalesce(held.oldest, taken.oldest, ${CLAIMED_THROUGH} + 1),
          gate_run_id = $3, reconciled_at = clock_timestamp(),
          last_admission_at = case when taken.slots > 0 then clock_timestamp() else w.last_admission_at end,
          sweep_wakes = 0, sweep_after = null,
          last_event = before.last_event + taken.slots, answered_event = before.last_event + taken.slots,
          restoring_since = case when restore.begins then clock_timestamp() else w.restoring_since end,
          restored_to = case when restore.begins then w.reconciled_at else w.restored_to end
      from held, free, taken, restore, before where w.ctid = before.ctid
      returning w.tier, w.workers, w.limit_in_force as "limit",
        case when w.limit_override is null then 'tier' else 'override' end as "limitSource",
        (select t.max_duration_seconds from tiers t where t.name = w.tier) as "maxDurationSeconds",
        w.running, w.pending, taken.claims, extract(epoch from statement_timestamp())::float8 * 1000 as "claimedAtMs", restore.epoch,
        case when not restore.is_on then w.answered_event::float8 end as "lastEvent", w.restoring_since as "restoringSince", restore.begins as "restoringBegins",
        $2 and not restore.is_on and not before.stands and (coalesce(held.to_start > $5, false) or taken.slots = free.slots and w.pending > 0 and w.running < w.limit_in_force) as "startsHeldBack",
        case when before.is_paused then ${PAUSE} end as paused,
        w.deleting_since is not null and w.running = 0 and w.pending = 0 and w.scheduled = 0 as "isEmptied",
        ${STALLED} as stalled, ${rememberingPlace('w.ctid')} as place`,
    values: [workspaceId, claim, gateRunId, known, startsAtMost ?? null, epoch ?? null, lastEvent ?? null],
  };
}
