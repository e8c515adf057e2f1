import type {
  ClosedExecution,
  HandedOn,
  ReconcileRequest,
  Replacement,
  Reports,
  StartedExecution,
} from '../contract.ts';
import type { RequestedEnd } from './known-executions.ts';
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
  readonly #replacements = new Map<string, Replacement>();
  readonly #delivered: Readonly<Record<RequestedEnd, Set<string>>>;

  constructor(handedOn: Partial<HandedOn> = {}) {
    const { started = [], closed = [], overrideWishes = [], replacements = [] } = handedOn;
    for (const report of started) this.#started.set(report.executionId, report);
    for (const report of closed) this.#closed.set(report.executionId, report);
    for (const report of replacements) this.#replacements.set(report.executionId, report);
    this.#delivered = {
      cancel: new Set(handedOn.cancelsDelivered),
      terminate: new Set(handedOn.terminationsDelivered),
    };
    this.override = new OverrideRequest(overrideWishes);
  }

  started(report: StartedExecution): void {
    this.#started.set(report.executionId, report);
  }

  closed(report: ClosedExecution): void {
    this.#closed.set(report.executionId, report);
  }

  replaced(report: Replacement): void {
    this.#replacements.set(report.executionId, report);
  }

  endDelivered(end: RequestedEnd, executionId: string): void {
    this.#delivered[end].add(executionId);
  }

  isEndDelivered(end: RequestedEnd, executionId: string): boolean {
    return this.#delivered[end].has(executionId);
  }

  all(): Reports {
    const { cancel, terminate } = this.#delivered;
    return {
      started: [...this.#started.values()],
      closed: [...this.#closed.values()],
      cancelsDelivered: [...cancel],
      overrideWishes: this.override.pending,
      ...(terminate.size > 0 && { terminationsDelivered: [...terminate] }),
      ...(this.#replacements.size > 0 && { replacements: [...this.#replacements.values()] }),
    };
  }

  /** Drops what a reconcile has recorded. */
  recorded(request: ReconcileRequest): void {
    for (const { executionId } of request.started) this.#started.delete(executionId);
    for (const { executionId } of request.closed) this.#closed.delete(executionId);
    const { cancelsDelivered, terminationsDelivered = [], replacements = [] } = request;
    for (const { executionId } of replacements) this.#replacements.delete(executionId);
    for (const executionId of cancelsDelivered) this.#delivered.cancel.delete(executionId);
    for (const executionId of terminationsDelivered) this.#delivered.terminate.delete(executionId);
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
