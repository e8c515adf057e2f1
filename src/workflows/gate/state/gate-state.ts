import type {
  AdmittedExecution,
  ClosedExecution,
  GateInput,
  GateSettings,
  GateSnapshot,
  HandedOn,
  NotFoundExecution,
  ReconcileAnswer,
  ReconcileRequest,
  StartedExecution,
  WatchedExecution,
} from '../contract.ts';
import { ResultRoom } from '../pace/result-room.ts';
import { StartPace } from '../pace/start-pace.ts';
import { HeldRows } from './held-rows.ts';
import { KnownExecutions, type RequestedEnd } from './known-executions.ts';
import { LastAdmissions } from './last-admissions.ts';
import { NotFoundCounts } from './not-found-counts.ts';
import type { SignalledRun } from './override-request.ts';
import { ReconcileAnswers } from './reconcile-answers.ts';
import { RememberedEvent } from './remembered-event.ts';
import { WaitingReports } from './waiting-reports.ts';

/**
 * What one gate run knows: plain data and synchronous rules, no Temporal. A gate starts knowing nothing and may be thrown
 * away at any time; `reconcile` gives the next one all that matters.
 *
 * Nothing is ever counted here: whether a slot is free is decided in Postgres alone.
 */
export class GateState {
  readonly workspaceId: string;
  readonly #answers: ReconcileAnswers;
  readonly #known = new KnownExecutions();
  readonly #reports: WaitingReports;
  readonly #pace = new StartPace();
  readonly #results: ResultRoom;
  readonly #notFound: NotFoundCounts;
  readonly #newestEvent: RememberedEvent;
  readonly #lastAdmissions: LastAdmissions;
  readonly #held: HeldRows;
  #wakeWanted = true;
  #wakesHeard = 0;
  #watchError: string | undefined;

  constructor(input: GateInput) {
    this.workspaceId = input.workspaceId;
    this.#answers = new ReconcileAnswers(input);
    const { lastAdmissions = [], notFound = [], largestResultBytes } = input.handedOn ?? {};
    this.#reports = new WaitingReports(input.handedOn);
    this.#results = new ResultRoom(largestResultBytes);
    this.#lastAdmissions = new LastAdmissions(lastAdmissions);
    this.#notFound = new NotFoundCounts(notFound);
    this.#newestEvent = new RememberedEvent(input.handedOn);
    this.#held = new HeldRows(input.handedOn);
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
    if (override !== undefined && !this.#reports.override.take(override, run, this.#answers.last?.gateRunId))
      return false;
    this.wake();
    return true;
  }

  get reconcileWanted(): boolean {
    return this.#wakeWanted || (this.#pace.mayResume(Date.now()) && !this.resultsFillTheRun);
  }

  /** What to tell the next reconcile. From here on only a newer wake asks for another one. */
  takeRequest(options: { claim: boolean; historySize?: number; historyLength?: number }): ReconcileRequest {
    this.#wakeWanted = false;
    if (options.historySize !== undefined) this.#results.measure(options.historySize);
    return {
      workspaceId: this.workspaceId,
      known: this.#known.ids,
      ...this.#reports.all(),
      claim: options.claim,
      startsAtMost: this.#startsAtMost,
      ...this.#held.request(Date.now(), options.historyLength ?? 0),
      ...this.#answers.namedDeployment(),
      ...this.#newestEvent.named(),
    };
  }

  /** A reconcile failed: all reports stay, and another one is wanted. */
  reconcileFailed(lastError: string, options: { isForeign?: boolean } = {}): void {
    this.#answers.failed(lastError, options);
    this.wake();
  }

  /** A reconcile succeeded: drops what it recorded and returns the executions to start. */
  reconciled(
    request: ReconcileRequest,
    answer: ReconcileAnswer,
    now: string,
    historyLength = 0,
  ): readonly AdmittedExecution[] {
    this.#answers.answered(answer);
    const isResumed = this.#newestEvent.told(answer);
    this.#forgetRecorded(request);
    if (isResumed) this.#known.reportStartsAgain();
    this.#pace.reconciled(answer.startsHeldBack ?? false);
    if (answer.more) this.wake();
    this.#wantEnds('cancel', answer.cancel);
    const unknown = answer.admitted.filter((row) => this.#known.get(row.executionId) === undefined);
    for (const row of unknown) this.#learn(row);
    const isKnown = (executionId: string) => this.#known.get(executionId) !== undefined;
    this.#held.told(request, answer, isKnown, historyLength);
    this.#wantEnds('terminate', answer.terminate ?? []);
    const toStart = unknown.filter((row) => row.next === 'start');
    this.#lastAdmissions.add(toStart, now);
    return toStart;
  }

  /** Executions that ended wait for others to take their places. */
  get replacementsReady(): boolean {
    return this.#held.freed > 0;
  }

  /**
   * The reserved executions to start now, one for each that has ended. They are reported by a later request. When one cannot be started, Postgres is
   * asked at once, which gives the slot to whom it belongs.
   */
  takeReplacements(now: string): readonly AdmittedExecution[] {
    const taken = this.#held
      .take(this.#startsAtMost)
      .map((row): AdmittedExecution => ({ ...row, admittedAt: now, next: 'start', cancelRequested: false }));
    for (const row of taken) {
      this.#learn(row);
      this.#reports.replaced({ executionId: row.executionId, at: now });
    }
    this.#lastAdmissions.add(taken, now);
    if (this.#held.freed > 0) this.wake();
    return taken;
  }

  /** The run was reset to an earlier point of its history. */
  wasReset(): void {
    if (this.#held.drop()) this.wake();
  }

  /** A recall of what was reserved that is to be confirmed in a later workflow task; null when there is none. */
  get recallToConfirm(): number | null {
    return this.#held.recallToConfirm;
  }

  /** Ends that were replaced are not reported, and nothing else will have them reported soon. */
  get reportWaits(): boolean {
    return this.#held.reportWaits && !this.startsUnanswered && !this.reconcileWanted;
  }

  get isReported(): boolean {
    return !this.#held.reportWaits;
  }

  get msToReport(): number {
    return this.#held.msToReport(Date.now());
  }

  /** Temporal confirmed a start. */
  childStarted(started: StartedExecution): void {
    const known = this.#known.get(started.executionId);
    if (known === undefined) return;
    this.#known.startConfirmed(started.executionId);
    this.#startAnswered(started.executionId);
    if (!known.startRecorded) this.#reports.started(started);
  }

  /** Temporal holds the id already, or says that our child was terminated: the watcher describes it before either is believed. */
  watch(executionId: string): void {
    if (this.#known.watch(executionId)) this.#startAnswered(executionId);
  }

  /** The start was refused for a passing reason. The next reconcile returns the execution again; not at once, or it would spin. */
  startAbandoned(executionId: string): void {
    if (this.#known.get(executionId)?.state !== 'starting') return;
    this.#known.forget(executionId);
    this.#pace.refused(executionId);
  }

  /** The watcher found the execution open, with a start that was not recorded. */
  watchedStarted(started: StartedExecution): void {
    const known = this.#known.get(started.executionId);
    if (known === undefined || known.startRecorded) return;
    this.#known.found(started.executionId);
    this.#reports.started(started);
    this.wake();
  }

  /** What a turn of the watcher did not find of the executions that it watched; the others of them it found. */
  watchedNotFound(watched: readonly WatchedExecution[], notFound: readonly NotFoundExecution[]): void {
    this.#notFound.turn(watched, notFound);
  }

  childClosed(closed: ClosedExecution): void {
    const known = this.#known.get(closed.executionId);
    if (known === undefined || known.state === 'closed') return;
    this.#results.ended(resultBytes(closed), { isOwn: known.state !== 'watched' });
    this.#known.close(closed.executionId);
    // It may end without a start: its input was lost.
    this.#pace.answered(closed.executionId);
    this.#notFound.forget(closed.executionId);
    this.#reports.closed(closed);
    if (!this.#mayReplace || !this.#held.heardEnd()) this.wake();
  }

  /** Executions that can be cancelled or terminated now: it was requested, and they are open in Temporal as far as known. */
  takeEnds(end: RequestedEnd): readonly string[] {
    return this.#known.takeEnds(end);
  }

  endDelivered(end: RequestedEnd, executionId: string): void {
    this.#reports.endDelivered(end, executionId);
    this.wake();
  }

  /** Executions wait for a slot that is free, and this run's history has no room for the results of more: the next run's has. */
  get resultsFillTheRun(): boolean {
    return this.#pace.isHeldBack && this.#results.startsAtMost(this.#known.ownOpen) === 0;
  }

  get startsUnanswered(): boolean {
    return this.#pace.unanswered > 0;
  }

  /** Whether there is a cancellation or a termination that can be delivered now. */
  get endsReady(): boolean {
    return this.#known.endsReady;
  }

  /** What the last reconcile answered; null before the first. */
  get lastAnswer(): ReconcileAnswer | null {
    return this.#answers.last;
  }

  /** The last reconcile had more to hand over than fitted one answer. */
  get moreWaits(): boolean {
    return this.#answers.last?.more ?? false;
  }

  /** Changes whenever an execution is added to the watched ones. */
  get watchGeneration(): number {
    return this.#known.watchGeneration;
  }

  get watched(): readonly WatchedExecution[] {
    return this.#known.watched.map(({ executionId, startRecorded, admittedAt, endRequested }) => {
      const notFound = this.#notFound.of(executionId);
      return {
        executionId,
        startRecorded,
        admittedAt,
        ...(endRequested && { endRequested }),
        ...(notFound && { notFound }),
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
    return this.#answers.last?.settings;
  }

  /** Known from the first answer on; throws before it. */
  get deployment(): string {
    return this.#answers.deployment;
  }

  /** Whether `handOn` would have to leave ends out. */
  get endsAreTooLargeToHandOn(): boolean {
    return this.#reports.endsAreTooLargeToHandOn;
  }

  /** The input of the run that continues this one, whose own input was `input`. */
  nextInput(input: GateInput): GateInput {
    return { ...input, ...this.#answers.namedDeployment(), handedOn: this.handOn() };
  }

  /** For the run that continues this one. Ends that are too large are left out; their executions are then adopted and described. */
  handOn(): HandedOn {
    const { largestBytes } = this.#results;
    return {
      ...this.#reports.handOn(),
      lastAdmissions: this.#lastAdmissions.all,
      ...this.#notFound.handOn(),
      ...this.#newestEvent.named(),
      ...(largestBytes !== undefined && { largestResultBytes: largestBytes }),
      ...this.#held.handOn(this.#answers.last?.gateRunId),
    };
  }

  snapshot(): GateSnapshot {
    return {
      workspaceId: this.workspaceId,
      running: this.#known.running,
      lastAdmissions: this.#lastAdmissions.all,
      ...(this.#held.rows > 0 && { reserved: this.#held.rows }),
      ...this.#answers.shown(),
      ...(this.#watchError !== undefined && { watchError: this.#watchError }),
    };
  }

  /** After a reconcile that failed, or that has more to hand over, every end is Postgres' to decide. */
  get #mayReplace(): boolean {
    return !this.#answers.hasFailed && !this.moreWaits;
  }

  get #startsAtMost(): number {
    return Math.min(this.#pace.startsAtMost(Date.now()), this.#results.startsAtMost(this.#known.ownOpen));
  }

  #startAnswered(executionId: string): void {
    this.#pace.answered(executionId);
    if (this.#held.isReportDue(Date.now())) this.wake();
  }

  #forgetRecorded(request: ReconcileRequest): void {
    this.#reports.recorded(request);
    for (const { executionId } of request.started) this.#known.startRecorded(executionId);
    for (const { executionId } of request.closed) this.#known.forget(executionId);
  }

  #wantEnds(end: RequestedEnd, executionIds: readonly string[]): void {
    for (const executionId of executionIds)
      if (!this.#reports.isEndDelivered(end, executionId)) this.#known.wantEnd(end, executionId);
  }

  #learn(row: AdmittedExecution): void {
    this.#known.learn(row);
    if (row.next === 'start') this.#pace.asked(row.executionId, Date.now());
  }
}

function resultBytes({ outcome }: ClosedExecution): number {
  return outcome.resultOmitted?.bytes ?? outcome.result?.length ?? 0;
}
