import type {
  HandedOn,
  HeldReservation,
  ReconcileRequest,
  ReleasedReservation,
  ReservedExecution,
  ReconcileAnswer,
} from '../contract.ts';

/** So many ends are reported together at most. */
const REPORTED_TOGETHER = 10;

/** A report is late by no more than this, and by the answer to a start. */
const REPORT_WITHIN_MS = 1_000;

/** With fewer rows left, and more in the queue, the gate asks for others before its next end finds none. */
const LOW_ROWS = 5;

/**
 * What one gate run holds of its reservation: rows of the queue, each of which may be started in the place of one execution that ended, and how many ends have
 * had no use yet. A row is used at most once and an end at most once, so the run never starts more than ended.
 *
 * A recall takes the rows at once. It is confirmed only in a later workflow task: a task that is lost, with the answer that it had, is done again by what the run knew
 * before it.
 */
export class HeldRows {
  #rows: ReservedExecution[] = [];
  #recallNumber: number | undefined;
  #isRecalling = false;
  #isListenedTo = false;
  /** The events of the history when the newest recall was heard. */
  #recalledAtEvents = 0;
  #released: ReleasedReservation | undefined;
  #freed = 0;
  #unreported = 0;
  #reportedAtMs = 0;
  #moreArePending = false;

  constructor(handedOn: Pick<HandedOn, 'released'> = {}) {
    this.#released = handedOn.released;
  }

  /** An execution has ended. False when no row can take its place: then Postgres has to decide. */
  heardEnd(): boolean {
    if (this.#rows.length <= this.#freed) return false;
    this.#freed++;
    return true;
  }

  /** The rows to start now, at most so many; each in the place of an end that was heard. */
  take(atMost: number): readonly ReservedExecution[] {
    const taken = this.#rows.splice(0, Math.min(this.#freed, Math.max(0, atMost)));
    this.#freed -= taken.length;
    this.#unreported += taken.length;
    return taken;
  }

  /** Ends that wait to be replaced. */
  get freed(): number {
    return this.#freed;
  }

  get rows(): number {
    return this.#rows.length;
  }

  /** For a request, which reports all ends: the slots of those that were not replaced are Postgres' to give. */
  request(nowMs: number, historyLength: number): { readonly reservation?: HeldReservation } {
    this.#freed = 0;
    this.#unreported = 0;
    this.#reportedAtMs = nowMs;
    const recallNumber = this.#recallNumber ?? this.#released?.recallNumber;
    if (recallNumber === undefined) return {};
    return {
      reservation: {
        recallNumber,
        isConfirmed: this.#isRecalling && historyLength > this.#recalledAtEvents,
        rows: this.#rows.length,
        throughSeq: this.#rows.at(-1)?.seq ?? null,
        ...(this.#released && { releasedBy: this.#released.by }),
      },
    };
  }

  /** What an answer says. `isKnown`: the run knows the execution, so the answer has claimed it. */
  told(
    request: ReconcileRequest,
    { reservation, pending }: Pick<ReconcileAnswer, 'reservation' | 'pending'>,
    isKnown: (executionId: string) => boolean,
    historyLength: number,
  ): void {
    this.#released = undefined;
    if (reservation === undefined) {
      this.drop();
      return;
    }
    const { recallNumber, isRecalling, isListenedTo, rows } = reservation;
    // Rows that follow what the run held under another number would leave out those in between.
    const isOther = request.reservation !== undefined && request.reservation.recallNumber !== recallNumber;
    if (isOther || isRecalling) this.#rows = [];
    if (recallNumber !== this.#recallNumber) this.#recalledAtEvents = historyLength;
    if (!isOther && !isRecalling) this.#rows.push(...rows);
    this.#rows = this.#rows.filter(({ executionId }) => !isKnown(executionId));
    this.#recallNumber = recallNumber;
    this.#isRecalling = isRecalling;
    this.#isListenedTo = isListenedTo;
    this.#moreArePending = pending > this.#rows.length;
  }

  /** The run was reset: what it held then is as old as the events that it is replayed from. False when it had no reservation. */
  drop(): boolean {
    if (this.#recallNumber === undefined) return false;
    this.#rows = [];
    this.#recallNumber = undefined;
    this.#isRecalling = false;
    return true;
  }

  /** The recall that the run has yet to confirm in a later task; null when there is none. */
  get recallToConfirm(): number | null {
    return this.#isRecalling ? this.#recallNumber! : null;
  }

  /** Whether what ended and was replaced is to be reported now, when a start has just been answered. */
  isReportDue(nowMs: number): boolean {
    if (this.#unreported === 0) return false;
    return (
      this.#isListenedTo ||
      this.#unreported >= REPORTED_TOGETHER ||
      (this.#rows.length < LOW_ROWS && this.#moreArePending) ||
      nowMs - this.#reportedAtMs >= REPORT_WITHIN_MS
    );
  }

  get reportWaits(): boolean {
    return this.#unreported > 0;
  }

  /** Until the report of what waits is due. */
  msToReport(nowMs: number): number {
    return Math.max(1, this.#reportedAtMs + REPORT_WITHIN_MS - nowMs);
  }

  /** For the run that continues this one. `by`: the run that the last answer was for. */
  handOn(by: string | undefined): Pick<HandedOn, 'released'> {
    if (this.#released) return { released: this.#released };
    if (this.#recallNumber === undefined || by === undefined) return {};
    return { released: { by, recallNumber: this.#recallNumber } };
  }
}
