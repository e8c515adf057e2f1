/**
 * Starts that Temporal has not answered yet, at most, for one gate. The server takes each start, and each answer, under the lock of the gate's
 * own workflow; a start that does not get it within 0.5 s is put off, after some tries by seconds. Twice the limit of the largest tier by
 * default: below it nothing is paced.
 */
export const UNANSWERED_STARTS_MAX = 20;

/** A gate that was held back asks for more at so few unanswered starts: not at each answer, and before the last one. */
const RESUME_AT = UNANSWERED_STARTS_MAX / 2;

/** A start that Temporal has not answered by then holds up nothing any more. */
const ANSWER_OVERDUE_SECONDS = 60;

/** How many more executions a gate can start now, and whether it has to ask again because it could not start all that it might have. */
export class StartPace {
  readonly #askedAtMs = new Map<string, number>();
  #heldBack = false;

  asked(executionId: string, nowMs: number): void {
    this.#askedAtMs.set(executionId, nowMs);
  }

  answered(executionId: string): void {
    this.#askedAtMs.delete(executionId);
  }

  /** A start was refused for a passing reason. To ask for it again at once would be to spin. */
  refused(executionId: string): void {
    this.answered(executionId);
    this.#heldBack = false;
  }

  /** What the last reconcile said of executions that could not be started because of `startsAtMost`. */
  reconciled(heldBack: boolean): void {
    this.#heldBack = heldBack;
  }

  /** The last reconcile could have claimed or handed over more. */
  get isHeldBack(): boolean {
    return this.#heldBack;
  }

  get unanswered(): number {
    return this.#askedAtMs.size;
  }

  startsAtMost(nowMs: number): number {
    return Math.max(0, UNANSWERED_STARTS_MAX - this.#awaited(nowMs));
  }

  /** Executions were held back, and enough starts have been answered since. */
  mayResume(nowMs: number): boolean {
    return this.#heldBack && this.#awaited(nowMs) <= RESUME_AT;
  }

  #awaited(nowMs: number): number {
    let awaited = 0;
    for (const askedAtMs of this.#askedAtMs.values())
      if (nowMs - askedAtMs < ANSWER_OVERDUE_SECONDS * 1000) awaited++;
    return awaited;
  }
}
