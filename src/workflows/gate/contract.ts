import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { NotFoundCount } from '../../domain/not-found.ts';
import type { Outcome } from '../../domain/outcome/outcome.ts';
import type { RetryPolicy } from '../../domain/start/retry-policy.ts';
import type { StallReason } from '../../domain/stall.ts';
import type { LimitSource, Tier } from '../../domain/tier.ts';

/** What a gate is started with. Everything else it learns from Postgres, which is why a gate is disposable. */
export interface GateInput {
  readonly workspaceId: string;
  /** The installation that the gate is for. Absent in a gate of an earlier version, which takes that of its first reconcile. */
  readonly deployment?: string;
  /** Not given any more: `GateSettings` says it. Gates that an earlier release started carry it on, and it counts until their first answer. */
  readonly continueAsNewAfterEvents?: number;
  /** Handed on by continue-as-new only. */
  readonly handedOn?: HandedOn;
}

/**
 * Of its workspace, the number of the newest event that an answer has named, and the database's epoch in it: what a gate remembers, so that a
 * database that was restored from a backup is known. Neither before the first answer of a release that names them.
 */
export interface NewestEvent {
  readonly lastEvent?: number;
  readonly epoch?: number;
}

/** What the next run shows, and what the run before it had been told and not yet written. */
export interface HandedOn extends Partial<Reports>, NewestEvent {
  readonly lastAdmissions: readonly Admission[];
  /** What watches have counted, so that a gate which often continues as new gets to the end of it. */
  readonly notFound?: readonly NotFoundExecution[];
  /** The largest result that a run of this gate has seen, in bytes; absent before the first end. */
  readonly largestResultBytes?: number;
  /** The reservation that the run before held, and starts nothing of any more. */
  readonly released?: ReleasedReservation;
}

export interface ReleasedReservation {
  /** The run that held it. */
  readonly by: string;
  readonly recallNumber: number;
}

/** Facts that a gate has been told and that Postgres does not have yet. */
export interface Reports {
  readonly started: readonly StartedExecution[];
  readonly closed: readonly ClosedExecution[];
  readonly cancelsDelivered: readonly string[];
  readonly terminationsDelivered?: readonly string[];
  /** Limits asked for by signal: at most one, the newest. Earlier releases handed on several, oldest first. */
  readonly overrideWishes: readonly RequestedOverride[];
  /** In the order in which they were started, which is that of the queue. Absent when there is none. */
  readonly replacements?: readonly Replacement[];
}

/** An execution of the reservation that was started in the place of one that had ended. */
export interface Replacement {
  readonly executionId: string;
  /** ISO 8601, by Temporal's clock. */
  readonly at: string;
}

/** "Read your rows." Carries nothing: the rows are the truth. */
export const wakeSignal = defineSignal('wake');

/**
 * Without a payload: "your limit changed, read it." With a number from 1 to 1000, or null: "make this your override", for an
 * operator at `temporal workflow signal`, unless GATES_RESIZE_BY_SIGNAL is false. Anything else is ignored and logged.
 */
export const resizeSignal = defineSignal<[override?: unknown]>('resize');

export const snapshotQuery = defineQuery<GateSnapshot>('snapshot');

/** A gate's own view, as of its last reconcile. */
export interface GateSnapshot {
  readonly workspaceId: string;
  /** Null until the first reconcile. */
  readonly tier: Tier | null;
  readonly limit: number | null;
  readonly limitSource: LimitSource | null;
  readonly running: readonly RunningExecution[];
  readonly pending: number;
  /** Of those that are pending, how many it may start by itself as others end; absent when none. */
  readonly reserved?: number;
  readonly lastAdmissions: readonly Admission[];
  /** Why the gate waits, when its last reconcile failed; null otherwise. */
  readonly lastError: string | null;
  /** Why the last watch of adopted executions was given up; absent once one has answered. */
  readonly watchError?: string;
  /** True when `lastError` says that the gate belongs to another installation than the worker that serves it. */
  readonly isForeign?: boolean;
  /** Running executions that cannot make progress, as of the last reconcile; absent when there is none. */
  readonly stalled?: StalledExecutions;
  /** Since when nothing is started because the database was restored, as of the last reconcile; absent when it was not. */
  readonly restoringSince?: string;
  /** As of the last reconcile; absent when it was not paused. */
  readonly paused?: PausedWorkspace;
}

export interface StalledExecutions {
  readonly executions: number;
  /** Of the one that cannot for longest. */
  readonly reason: StallReason;
}

export interface RunningExecution {
  readonly executionId: string;
  readonly seq: number;
  readonly workflowType: string;
  /** `starting`: asked of Temporal. `running`: this gate's own child. `watched`: adopted. */
  readonly state: 'starting' | 'running' | 'watched';
}

export interface Admission {
  readonly executionId: string;
  readonly seq: number;
  readonly workflowType: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A limit asked for by signal. The key names the signal, so that it is written once however often it is retried. */
export interface RequestedOverride {
  readonly key: string;
  readonly limitOverride: number | null;
  /**
   * The signal may have been written by an earlier run: Temporal delivers signals again after a reset. It is not written when it asks for
   * the same as the last one written.
   */
  readonly maybeRepeated?: boolean;
}

export interface ReconcileRequest extends Reports, NewestEvent {
  readonly workspaceId: string;
  /** The executions that this gate run already starts, runs or watches. */
  readonly known: readonly string[];
  /** False in the last reconcile of a run: record, but admit nothing that this run would not live to start. */
  readonly claim: boolean;
  /** How many executions the gate can start now; absent, there is no bound. Fewer are claimed then than there are free slots. */
  readonly startsAtMost?: number;
  /** The installation that the gate is for, as far as it knows: a reconcile of another one refuses. */
  readonly deployment?: string;
  /** Absent before an answer has named a reservation. */
  readonly reservation?: HeldReservation;
}

/** What a gate says of its reservation. */
export interface HeldReservation {
  /** The newest recall that it knows of. */
  readonly recallNumber: number;
  /** It held none in an earlier workflow task of its run either, which knew of that recall: no start of what was reserved before can follow. */
  readonly isConfirmed: boolean;
  /** Rows that it has not used. */
  readonly rows: number;
  /** The seq of the last of them; null when there is none. */
  readonly throughSeq: number | null;
  /** The run that this one continues, and that held a reservation. Absent once an answer has come. */
  readonly releasedBy?: string;
}

/** The type of the failure with which a reconcile ends the gate of a workspace that was deleted: nothing of it is scheduled, pending or running. */
export const WORKSPACE_DELETED = 'WorkspaceDeleted';

/** The type of the failure with which a reconcile refuses a gate of another installation; it has then claimed and recorded nothing. */
export const OTHER_INSTALLATION = 'OtherInstallation';

export interface StartedExecution {
  readonly executionId: string;
  readonly runId: string;
}

export interface ClosedExecution {
  readonly executionId: string;
  readonly outcome: Outcome;
  /** Temporal's close time in ISO 8601, when known; else the gate's own time of hearing it. */
  readonly closedAt: string;
  /** Set when Sluice itself declares the end and Temporal names no time: Postgres' clock at its recording counts, and not `closedAt`. */
  readonly declared?: true;
}

/** The operator's settings. They come with each answer, so that a changed one reaches open gates. */
export interface GateSettings {
  /** Continue as new after this many history events; 0: when Temporal suggests it. */
  readonly continueAsNewAfterEvents: number;
  /** A watch that has not answered for this long is given up for another one. */
  readonly watchOverdueSeconds: number;
}

export interface ReconcileAnswer extends NewestEvent {
  readonly deployment: string;
  /** The run that was answered. A reset run replays answers to the run before it. Absent in histories of earlier releases. */
  readonly gateRunId?: string;
  /** Absent in histories of earlier releases. */
  readonly settings?: GateSettings;
  readonly tier: Tier;
  readonly limit: number;
  readonly limitSource: LimitSource;
  readonly pending: number;
  /** Rows that hold a slot and that the gate did not name as known, oldest first. */
  readonly admitted: readonly AdmittedExecution[];
  /** Known executions whose cancellation was asked for and is not yet delivered. */
  readonly cancel: readonly string[];
  /** Running executions whose termination was asked for and is not yet delivered, known or not. */
  readonly terminate?: readonly string[];
  /** There is more to hand over than fits one answer: reconcile again at once. */
  readonly more: boolean;
  /** Executions could have been claimed or handed over, had `startsAtMost` been larger. Absent in answers of old: false. */
  readonly startsHeldBack?: boolean;
  readonly stalled?: StalledExecutions;
  /**
   * ISO 8601. The database lacks events that a gate remembers: nothing is claimed, and no execution is handed over that would have to be
   * started, until an operator says so. Such an answer names no event.
   */
  readonly restoringSince?: string;
  /** Set while nothing is admitted because somebody paused the workspace. */
  readonly paused?: PausedWorkspace;
  /** Whether the custom search attributes may be used. */
  readonly searchAttributes: boolean;
  /** Absent where gates hold no reservations. */
  readonly reservation?: Reservation;
}

/** The right to start the next rows of the queue, one in the place of each execution that ends, and to report it later. */
export interface Reservation {
  /** Raised with each recall. A gate that knew another number holds nothing of what it was given before. */
  readonly recallNumber: number;
  /** Nothing is reserved until the gate has confirmed, in a later workflow task, that it holds nothing. */
  readonly isRecalling: boolean;
  /** What follows the rows that the gate named, in seq order. */
  readonly rows: readonly ReservedExecution[];
  /** Somebody waits for what happens in this workspace: ends and starts are to be reported at once. */
  readonly isListenedTo: boolean;
}

/** A pending execution: what its start needs. */
export type ReservedExecution = Omit<AdmittedExecution, 'admittedAt' | 'next' | 'cancelRequested'>;

/** Times in ISO 8601; without an end the pause lasts until somebody ends it. */
export interface PausedWorkspace {
  readonly since: string;
  readonly until: string | null;
  readonly reason: string;
}

export interface AdmittedExecution {
  readonly executionId: string;
  readonly seq: number;
  readonly workflowType: string;
  readonly admittedAt: string;
  /**
   * `start`: not known to have been started. `watch`: its start is recorded. `verify`: admitted so long ago that Temporal
   * may have forgotten it, so describe it before starting.
   */
  readonly next: 'start' | 'watch' | 'verify';
  /** JSON text; null when there is none, and always null unless `next` is `start`. */
  readonly input: string | null;
  /** Its request had an input, and the database no longer has it: nothing is started without. Absent when that is not so. */
  readonly inputLost?: true;
  /** The tier's, or the execution's own when that is shorter. */
  readonly maxDurationSeconds: number;
  readonly cancelRequested: boolean;
  /**
   * Its end was asked for while it was reserved, and no start of it is recorded: it comes as `verify`, and unless Temporal has it, it has ended so. Absent
   * otherwise.
   */
  readonly endRequested?: 'cancel' | 'terminate';
  /** SHA-256 of the idempotency key's UTF-8 in hex; absent when there is no key. */
  readonly keyDigest?: string;
  /** Like the labels, only when `next` is `start`; absent when it has none. */
  readonly retryPolicy?: RetryPolicy;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface WatchRequest {
  readonly deployment: string;
  readonly workspaceId: string;
  readonly executions: readonly WatchedExecution[];
}

export interface WatchedExecution {
  readonly executionId: string;
  readonly startRecorded: boolean;
  /** ISO 8601. Absent in requests of earlier versions. */
  readonly admittedAt?: string;
  /** As the row of its admission said. */
  readonly endRequested?: 'cancel' | 'terminate';
  /** What earlier turns counted: Temporal did not find its workflow. */
  readonly notFound?: NotFoundCount;
}

export interface WatchAnswer {
  /** Executions that have ended for good; empty after a quiet turn. */
  readonly closed: readonly ClosedExecution[];
  /** Executions found open in Temporal whose start was not recorded. */
  readonly started: readonly StartedExecution[];
  /** Executions whose workflow was not found, not yet often enough to be believed. Absent in answers of earlier versions. */
  readonly notFound?: readonly NotFoundExecution[];
}

export interface NotFoundExecution extends NotFoundCount {
  readonly executionId: string;
}

export interface TerminateRequest {
  readonly deployment: string;
  readonly workspaceId: string;
  readonly executionIds: readonly string[];
}

export interface TerminateAnswer {
  /** Executions that Temporal has terminated, or that need no termination: ended, unknown to Temporal, or not this workspace's. */
  readonly delivered: readonly string[];
}

/** What a gate needs done outside the sandbox. */
export interface GateActivities {
  reconcile(request: ReconcileRequest): Promise<ReconcileAnswer>;
  watchExecutions(request: WatchRequest): Promise<WatchAnswer>;
  terminateExecutions(request: TerminateRequest): Promise<TerminateAnswer>;
}
