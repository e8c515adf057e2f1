import type { AdmittedExecution, RunningExecution } from '../contract.ts';

type KnownState = RunningExecution['state'] | 'closed';

export interface KnownExecution {
  readonly executionId: string;
  readonly seq: number;
  readonly workflowType: string;
  readonly admittedAt: string;
  readonly state: KnownState;
  readonly startRecorded: boolean;
}

interface Known extends KnownExecution {
  state: KnownState;
  startRecorded: boolean;
  cancelWanted: boolean;
  terminationWanted: boolean;
}

/**
 * The executions that one gate run knows, each in one of four states:
 *
 * - `starting`: its start was asked for. It becomes `running` when Temporal confirms, or `watched` when Temporal says that its id
 *   exists: then an earlier run of the gate started it.
 * - `running`: this run's own child, whose end arrives by itself. It becomes `closed`; or `watched` when Temporal says that it was
 *   terminated, because a reset looks like that and the child lives on in a new run.
 * - `watched`: a child of an earlier run, adopted. The watcher finds its end, and it becomes `closed`.
 * - `closed`: its end is known and not yet recorded. Further ends of the same execution are ignored.
 */
export class KnownExecutions {
  readonly #byId = new Map<string, Known>();
  #watchGeneration = 0;

  get ids(): string[] {
    return [...this.#byId.keys()];
  }

  /** Changes whenever an execution is added to those that must be watched. */
  get watchGeneration(): number {
    return this.#watchGeneration;
  }

  get(executionId: string): KnownExecution | undefined {
    return this.#byId.get(executionId);
  }

  learn(row: AdmittedExecution): void {
    const isAdopted = row.next !== 'start';
    this.#byId.set(row.executionId, {
      executionId: row.executionId,
      seq: row.seq,
      workflowType: row.workflowType,
      admittedAt: row.admittedAt,
      state: isAdopted ? 'watched' : 'starting',
      startRecorded: row.next === 'watch',
      cancelWanted: row.cancelRequested,
      terminationWanted: false,
    });
    if (isAdopted) this.#watchGeneration++;
  }

  forget(executionId: string): void {
    this.#byId.delete(executionId);
  }

  startConfirmed(executionId: string): void {
    const known = this.#byId.get(executionId);
    if (known?.state === 'starting') known.state = 'running';
  }

  startRecorded(executionId: string): void {
    const known = this.#byId.get(executionId);
    if (known !== undefined) known.startRecorded = true;
  }

  /** False when it is unknown, watched already, or closed. */
  watch(executionId: string): boolean {
    const known = this.#byId.get(executionId);
    if (known === undefined || !isOneOf(known, 'starting', 'running')) return false;
    known.state = 'watched';
    this.#watchGeneration++;
    return true;
  }

  close(executionId: string): void {
    const known = this.#byId.get(executionId);
    if (known !== undefined) known.state = 'closed';
  }

  wantCancel(executionId: string): void {
    const known = this.#byId.get(executionId);
    if (known !== undefined) known.cancelWanted = true;
  }

  wantTermination(executionId: string): void {
    const known = this.#byId.get(executionId);
    if (known !== undefined) known.terminationWanted = true;
  }

  /** Ids whose cancellation is wanted and can be delivered: open in Temporal as far as known. Each is given once. */
  takeCancels(): readonly string[] {
    const ready = [...this.#byId.values()].filter(isCancelReady);
    for (const known of ready) known.cancelWanted = false;
    return ready.map((known) => known.executionId);
  }

  /** Ids whose termination is wanted and can be delivered. Each is given once. */
  takeTerminations(): readonly string[] {
    const ready = [...this.#byId.values()].filter(isTerminationReady);
    for (const known of ready) known.terminationWanted = false;
    return ready.map((known) => known.executionId);
  }

  /** Whether a cancellation or a termination can be delivered now. */
  get endsReady(): boolean {
    return [...this.#byId.values()].some((known) => isCancelReady(known) || isTerminationReady(known));
  }

  get watched(): readonly KnownExecution[] {
    return [...this.#byId.values()].filter(({ state }) => state === 'watched');
  }

  /** This run's own open children: their results come into its history. */
  get ownOpen(): number {
    return [...this.#byId.values()].filter((known) => isOneOf(known, 'starting', 'running')).length;
  }

  /** All that have not ended, in the order of the queue. */
  get running(): RunningExecution[] {
    return [...this.#byId.values()]
      .flatMap(({ executionId, seq, workflowType, state }) =>
        state === 'closed' ? [] : [{ executionId, seq, workflowType, state }],
      )
      .sort((a, b) => a.seq - b.seq);
  }
}

function isCancelReady(known: Known): boolean {
  return known.cancelWanted && isOneOf(known, 'running', 'watched');
}

function isTerminationReady(known: Known): boolean {
  return known.terminationWanted && isOneOf(known, 'running', 'watched');
}

function isOneOf({ state }: Known, ...states: readonly KnownState[]): boolean {
  return states.includes(state);
}
