import type { LimitSource, Tier } from '../../domain/tier.ts';
import type {
  AdmittedExecution,
  Admission,
  ClosedExecution,
  GateInput,
  GateSettings,
  GateSnapshot,
  HandedOn,
  NotFoundExecution,
  ReconcileAnswer,
  ReconcileRequest,
  Reports,
  RunningExecution,
  StartedExecution,
  WatchedExecution,
} from './contract.ts';
import { OverrideRequest, type SignalledRun } from './override-request.ts';
import { ResultRoom } from './pace/result-room.ts';
import { StartPace } from './pace/start-pace.ts';

/** How many of the last admissions a gate remembers, to show them. */
const LAST_ADMISSIONS_KEPT = 10;

/** Results in a run's input stay in its history to its end; Temporal refuses more than 2 MB and warns from 512 KB on. */
const HANDED_ON_ENDS_MAX_CHARS = 64 * 1024;

type KnownState = RunningExecution['state'] | 'closed';

interface KnownExecution {
  readonly executionId: string;
  readonly seq: number;
  readonly workflowType: string;
  readonly admittedAt: string;
  state: KnownState;
  startRecorded: boolean;
  cancelWanted: boolean;
  terminationWanted: boolean;
}

/**
 * What one gate run knows: plain data and synchronous rules, no Temporal. A gate starts knowing nothing and may be thrown
 * away at any time; `reconcile` gives the next one all that matters.
 *
 * An execution that the gate knows is in one of four states:
 *
 * - `starting`: its start was asked for. Leaves for `running` when Temporal confirms, or for `watched` when Temporal says that
 *   its id exists: then an earlier run of the gate started it.
 * - `running`: this run's own child; its end arrives by itself. Leaves for `closed`; or for `watched` when it is said to be
 *   terminated, because a reset looks like that and the child lives on in a new run.
 * - `watched`: somebody else's child, adopted. The watcher finds its end: `closed`.
 * - `closed`: its end is known and not yet recorded. It leaves the gate when a reconcile has recorded it. Further ends of the
 *   same execution are ignored.
 *
 * Facts wait here as reports until a reconcile that carried them has succeeded; a report made while one is under way waits for
 * the next. Nothing is ever counted here: whether a slot is free is decided in Postgres alone.
 */
export class GateState {
  readonly workspaceId: string;
  #deployment: string | null;
  readonly #known = new Map<string, KnownExecution>();
  readonly #started = new Map<string, StartedExecution>();
  readonly #closed = new Map<string, ClosedExecution>();
  readonly #cancelsDelivered = new Set<string>();
  readonly #pace = new StartPace();
  readonly #results: ResultRoom;
  readonly #override: OverrideRequest;
  readonly #terminationsDelivered = new Set<string>();
  /** By execution; only of those that are watched, or that the next run will watch. */
  readonly #notFound = new Map<string, NotFoundExecution>();
  #lastAdmissions: readonly Admission[];
  #wakeWanted = true;
  #wakesHeard = 0;
  #answer: ReconcileAnswer | null = null;
  #lastError: string | null = null;
  #isForeign = false;
  #watchGeneration = 0;
  #watchError: string | undefined;

  constructor(input: GateInput) {
    this.workspaceId = input.workspaceId;
    this.#deployment = input.deployment ?? null;
    const {
      lastAdmissions = [],
      started = [],
      closed = [],
      cancelsDelivered = [],
      terminationsDelivered = [],
      overrideWishes = [],
      notFound = [],
      largestResultBytes,
    } = input.handedOn ?? {};
    this.#results = new ResultRoom(largestResultBytes);
    for (const report of started) this.#started.set(report.executionId, report);
    for (const report of closed) this.#closed.set(report.executionId, report);
    for (const executionId of cancelsDelivered) this.#cancelsDelivered.add(executionId);
    this.#override = new OverrideRequest(overrideWishes);
    for (const executionId of terminationsDelivered) this.#terminationsDelivered.add(executionId);
    this.#lastAdmissions = lastAdmissions;
    for (const one of notFound) this.#notFound.set(one.executionId, one);
  }

  wake(): void {
    this.#wakeWanted = true;
  }

  /** A wake came from outside: from the API after a commit, or from the sweep. */
  hearWake(): void {
    this.#wakesHeard++;
    this.wake();
  }

  get wakesHeard(): number {
    return this.#wakesHeard;
  }

  /** Takes the payload of a resize signal: none means "reconcile". Returns false for a payload that makes no sense; it is ignored. */
  resize(payload: readonly unknown[], run: SignalledRun): boolean {
    const [override] = payload;
    if (override !== undefined && !this.#override.take(override, run, this.#answer?.gateRunId)) return false;
    this.wake();
    return true;
  }

  get reconcileWanted(): boolean {
    return this.#wakeWanted || (this.#pace.mayResume(Date.now()) && !this.resultsFillTheRun);
  }

  /** What to tell the next reconcile. From here on only a newer wake asks for another one. */
  takeRequest(options: { claim: boolean; historySize?: number }): ReconcileRequest {
    this.#wakeWanted = false;
    if (options.historySize !== undefined) this.#results.measure(options.historySize);
    return {
      workspaceId: this.workspaceId,
      known: [...this.#known.keys()],
      ...this.#reports(),
      claim: options.claim,
      startsAtMost: Math.min(this.#pace.startsAtMost(Date.now()), this.#results.startsAtMost(this.#ownOpen)),
      ...(this.#deployment !== null && { deployment: this.#deployment }),
    };
  }

  /** A reconcile failed: all reports stay, and another one is wanted. */
  reconcileFailed(lastError: string, { isForeign = false } = {}): void {
    this.#lastError = lastError;
    this.#isForeign = isForeign;
    this.wake();
  }

  /** A reconcile succeeded: drops what it recorded and returns the executions to start. */
  reconciled(request: ReconcileRequest, answer: ReconcileAnswer, now: string): readonly AdmittedExecution[] {
    this.#lastError = null;
    this.#answer = answer;
    this.#deployment ??= answer.deployment;
    this.#forgetRecorded(request);
    this.#pace.reconciled(answer.startsHeldBack ?? false);
    if (answer.more) this.wake();
    for (const executionId of answer.cancel) this.#wantCancel(executionId);
    const unknown = answer.admitted.filter((row) => !this.#known.has(row.executionId));
    for (const row of unknown) this.#learn(row);
    for (const executionId of answer.terminate ?? []) this.#wantTermination(executionId);
    this.#rememberAdmissions(
      unknown.filter((row) => row.next === 'start'),
      now,
    );
    return unknown.filter((row) => row.next === 'start');
  }

  /** Temporal confirmed a start. */
  childStarted(started: StartedExecution): void {
    const known = this.#known.get(started.executionId);
    if (known === undefined) return;
    if (known.state === 'starting') known.state = 'running';
    this.#pace.answered(started.executionId);
    this.#reportStart(known, started);
  }

  /** Temporal holds the id already, or says that our child was terminated: look before believing either. */
  watch(executionId: string): void {
    const known = this.#known.get(executionId);
    if (known === undefined || known.state === 'closed' || known.state === 'watched') return;
    known.state = 'watched';
    this.#pace.answered(executionId);
    this.#watchGeneration++;
  }

  /** The start was refused for a passing reason: forget it. The next reconcile hands it over again; not at once, or it would spin. */
  startAbandoned(executionId: string): void {
    if (this.#known.get(executionId)?.state !== 'starting') return;
    this.#known.delete(executionId);
    this.#pace.refused(executionId);
  }

  /** The watcher found the execution open, with a start that was not recorded. */
  watchedStarted(started: StartedExecution): void {
    const known = this.#known.get(started.executionId);
    if (known === undefined || known.startRecorded) return;
    this.#reportStart(known, started);
    this.wake();
  }

  /** What a turn of the watcher did not find of the executions that it watched; the others of them it found. */
  watchedNotFound(watched: readonly WatchedExecution[], notFound: readonly NotFoundExecution[]): void {
    for (const { executionId } of watched) this.#notFound.delete(executionId);
    for (const one of notFound) this.#notFound.set(one.executionId, one);
  }

  childClosed(closed: ClosedExecution): void {
    const known = this.#known.get(closed.executionId);
    if (known === undefined || known.state === 'closed') return;
    this.#results.ended(resultBytes(closed), { isOwn: known.state !== 'watched' });
    known.state = 'closed';
    this.#notFound.delete(closed.executionId);
    this.#closed.set(closed.executionId, closed);
    this.wake();
  }

  /** Executions whose cancellation can be delivered now: wanted, and open in Temporal as far as known. */
  takeCancels(): readonly string[] {
    const ready = [...this.#known.values()].filter(isCancelReady);
    for (const known of ready) known.cancelWanted = false;
    return ready.map((known) => known.executionId);
  }

  cancelDelivered(executionId: string): void {
    this.#cancelsDelivered.add(executionId);
    this.wake();
  }

  /** Executions that can be terminated now: wanted, and open in Temporal as far as known. */
  takeTerminations(): readonly string[] {
    const ready = [...this.#known.values()].filter(isTerminationReady);
    for (const known of ready) known.terminationWanted = false;
    return ready.map((known) => known.executionId);
  }

  terminationDelivered(executionId: string): void {
    this.#terminationsDelivered.add(executionId);
    this.wake();
  }

  /** Executions wait for a slot that is free, and this run's history has no room for the results of more: the next run's has. */
  get resultsFillTheRun(): boolean {
    return this.#pace.isHeldBack && this.#results.startsAtMost(this.#ownOpen) === 0;
  }

  get startsUnanswered(): boolean {
    return this.#pace.unanswered > 0;
  }

  /** Whether there is a cancellation or a termination that can be delivered now. */
  get endsReady(): boolean {
    return [...this.#known.values()].some((known) => isCancelReady(known) || isTerminationReady(known));
  }

  /** What the last reconcile answered; null before the first. */
  get lastAnswer(): ReconcileAnswer | null {
    return this.#answer;
  }

  /** The last reconcile had more to hand over than fitted one answer. */
  get moreWaits(): boolean {
    return this.#answer?.more ?? false;
  }

  /** Changes whenever an execution is added to those that must be watched. */
  get watchGeneration(): number {
    return this.#watchGeneration;
  }

  get watched(): readonly WatchedExecution[] {
    return [...this.#known.values()]
      .filter((known) => known.state === 'watched')
      .map(({ executionId, startRecorded, admittedAt }) => {
        const count = this.#notFound.get(executionId);
        return {
          executionId,
          startRecorded,
          admittedAt,
          ...(count && { notFound: { since: count.since, times: count.times } }),
        };
      });
  }

  /** A watch did not answer in time, and another one takes its place. */
  watchGivenUp(why: string): void {
    this.#watchError = why;
  }

  watchAnswered(): void {
    this.#watchError = undefined;
  }

  /** Of the last answer; undefined before the first, and while only an earlier release has answered. */
  get settings(): GateSettings | undefined {
    return this.#answer?.settings;
  }

  get deployment(): string | null {
    return this.#deployment;
  }

  /** Whether `handOn` would have to leave ends out. */
  get endsAreTooLargeToHandOn(): boolean {
    return JSON.stringify([...this.#closed.values()]).length > HANDED_ON_ENDS_MAX_CHARS;
  }

  /** For the run that continues this one. Ends that are too large are left out; their executions are then adopted and looked up. */
  handOn(): HandedOn {
    const closed = this.endsAreTooLargeToHandOn ? [] : [...this.#closed.values()];
    const { largestBytes } = this.#results;
    return {
      ...this.#reports(),
      closed,
      lastAdmissions: this.#lastAdmissions,
      ...this.#handOnNotFound(),
      ...(largestBytes !== undefined && { largestResultBytes: largestBytes }),
    };
  }

  #handOnNotFound(): Pick<HandedOn, 'notFound'> {
    return this.#notFound.size === 0 ? {} : { notFound: [...this.#notFound.values()] };
  }

  snapshot(): GateSnapshot {
    return {
      workspaceId: this.workspaceId,
      tier: this.#answer?.tier ?? (null as Tier | null),
      limit: this.#answer?.limit ?? null,
      limitSource: this.#answer?.limitSource ?? (null as LimitSource | null),
      running: this.#running(),
      pending: this.#answer?.pending ?? 0,
      lastAdmissions: this.#lastAdmissions,
      lastError: this.#lastError,
      ...(this.#watchError !== undefined && { watchError: this.#watchError }),
      ...(this.#answer?.stalled && { stalled: this.#answer.stalled }),
      ...(this.#lastError !== null && this.#isForeign && { isForeign: true }),
    };
  }

  /** This run's own children: their results come into its history. */
  get #ownOpen(): number {
    let open = 0;
    for (const { state } of this.#known.values()) if (state === 'starting' || state === 'running') open++;
    return open;
  }

  #reports(): Reports {
    return {
      started: [...this.#started.values()],
      closed: [...this.#closed.values()],
      cancelsDelivered: [...this.#cancelsDelivered],
      overrideWishes: this.#override.pending,
      ...(this.#terminationsDelivered.size > 0 && {
        terminationsDelivered: [...this.#terminationsDelivered],
      }),
    };
  }

  #running(): RunningExecution[] {
    const running: RunningExecution[] = [];
    for (const { executionId, seq, workflowType, state } of this.#known.values()) {
      if (state !== 'closed') running.push({ executionId, seq, workflowType, state });
    }
    return running.sort((a, b) => a.seq - b.seq);
  }

  #forgetRecorded(request: ReconcileRequest): void {
    for (const { executionId } of request.started) {
      this.#started.delete(executionId);
      const known = this.#known.get(executionId);
      if (known !== undefined) known.startRecorded = true;
    }
    for (const { executionId } of request.closed) {
      this.#closed.delete(executionId);
      this.#known.delete(executionId);
    }
    for (const executionId of request.cancelsDelivered) this.#cancelsDelivered.delete(executionId);
    this.#override.written(request.overrideWishes);
    for (const executionId of request.terminationsDelivered ?? [])
      this.#terminationsDelivered.delete(executionId);
  }

  #learn(row: AdmittedExecution): void {
    this.#known.set(row.executionId, {
      executionId: row.executionId,
      seq: row.seq,
      workflowType: row.workflowType,
      admittedAt: row.admittedAt,
      state: row.next === 'start' ? 'starting' : 'watched',
      startRecorded: row.next === 'watch',
      cancelWanted: row.cancelRequested,
      terminationWanted: false,
    });
    if (row.next === 'start') this.#pace.asked(row.executionId, Date.now());
    else this.#watchGeneration++;
  }

  #wantCancel(executionId: string): void {
    const known = this.#known.get(executionId);
    if (known !== undefined && !this.#cancelsDelivered.has(executionId)) known.cancelWanted = true;
  }

  #wantTermination(executionId: string): void {
    const known = this.#known.get(executionId);
    if (known !== undefined && !this.#terminationsDelivered.has(executionId)) known.terminationWanted = true;
  }

  #reportStart(known: KnownExecution, started: StartedExecution): void {
    if (!known.startRecorded) this.#started.set(started.executionId, started);
  }

  #rememberAdmissions(rows: readonly AdmittedExecution[], now: string): void {
    const admissions = rows.map(({ executionId, seq, workflowType }) => ({
      executionId,
      seq,
      workflowType,
      at: now,
    }));
    this.#lastAdmissions = [...admissions.reverse(), ...this.#lastAdmissions].slice(0, LAST_ADMISSIONS_KEPT);
  }
}

function isCancelReady(known: KnownExecution): boolean {
  return known.cancelWanted && isOpen(known);
}

function isTerminationReady(known: KnownExecution): boolean {
  return known.terminationWanted && isOpen(known);
}

function isOpen({ state }: KnownExecution): boolean {
  return state === 'running' || state === 'watched';
}

function resultBytes({ outcome }: ClosedExecution): number {
  return outcome.resultOmitted?.bytes ?? outcome.result?.length ?? 0;
}
