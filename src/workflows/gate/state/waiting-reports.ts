import type { ClosedExecution, HandedOn, ReconcileRequest, Reports, StartedExecution } from '../contract.ts';
import { OverrideRequest } from './override-request.ts';

/** Results in a run's input stay in its history to its end; Temporal refuses more than 2 MB and warns from 512 KB on. */
const HANDED_ON_ENDS_MAX_CHARS = 64 * 1024;

/**
 * Facts that Postgres has not heard of. Each waits until a reconcile that carried it has succeeded; one that is reported while a
 * reconcile is under way waits for the next.
 */
export class WaitingReports {
  readonly override: OverrideRequest;
  readonly #started = new Map<string, StartedExecution>();
  readonly #closed = new Map<string, ClosedExecution>();
  readonly #cancelsDelivered: Set<string>;
  readonly #terminationsDelivered: Set<string>;

  constructor(handedOn: Partial<HandedOn> = {}) {
    const { started = [], closed = [], overrideWishes = [] } = handedOn;
    for (const report of started) this.#started.set(report.executionId, report);
    for (const report of closed) this.#closed.set(report.executionId, report);
    this.#cancelsDelivered = new Set(handedOn.cancelsDelivered);
    this.#terminationsDelivered = new Set(handedOn.terminationsDelivered);
    this.override = new OverrideRequest(overrideWishes);
  }

  started(report: StartedExecution): void {
    this.#started.set(report.executionId, report);
  }

  closed(report: ClosedExecution): void {
    this.#closed.set(report.executionId, report);
  }

  cancelDelivered(executionId: string): void {
    this.#cancelsDelivered.add(executionId);
  }

  terminationDelivered(executionId: string): void {
    this.#terminationsDelivered.add(executionId);
  }

  isCancelDelivered(executionId: string): boolean {
    return this.#cancelsDelivered.has(executionId);
  }

  isTerminationDelivered(executionId: string): boolean {
    return this.#terminationsDelivered.has(executionId);
  }

  all(): Reports {
    return {
      started: [...this.#started.values()],
      closed: [...this.#closed.values()],
      cancelsDelivered: [...this.#cancelsDelivered],
      overrideWishes: this.override.pending,
      ...(this.#terminationsDelivered.size > 0 && {
        terminationsDelivered: [...this.#terminationsDelivered],
      }),
    };
  }

  /** Drops what a reconcile has recorded. */
  recorded(request: ReconcileRequest): void {
    for (const { executionId } of request.started) this.#started.delete(executionId);
    for (const { executionId } of request.closed) this.#closed.delete(executionId);
    for (const executionId of request.cancelsDelivered) this.#cancelsDelivered.delete(executionId);
    for (const executionId of request.terminationsDelivered ?? [])
      this.#terminationsDelivered.delete(executionId);
    this.override.written(request.overrideWishes);
  }

  /** Whether `handOn` leaves ends out. */
  get endsAreTooLargeToHandOn(): boolean {
    return JSON.stringify([...this.#closed.values()]).length > HANDED_ON_ENDS_MAX_CHARS;
  }

  /** For the next run. Ends that are too large are left out: their executions are then adopted, and their ends found again. */
  handOn(): Reports {
    const all = this.all();
    return this.endsAreTooLargeToHandOn ? { ...all, closed: [] } : all;
  }
}
