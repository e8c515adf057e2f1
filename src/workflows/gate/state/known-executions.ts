import type { AdmittedExecution, RunningExecution } from '../contract.ts';

type KnownState = RunningExecution['state'] | 'closed';

/** An end that a caller asked for, which the gate delivers to the open workflow. */
export type RequestedEnd = 'cancel' | 'terminate';

export interface KnownExecution {
  readonly executionId: string;
  readonly seq: number;
  readonly workflowType: string;
  readonly admittedAt: string;
  readonly state: KnownState;
  readonly startRecorded: boolean;
  /** It was asked for before any start of it could be recorded, and it was not found yet. */
  readonly endRequested?: RequestedEnd | undefined;
}

interface Known extends KnownExecution {
  state: KnownState;
  startRecorded: boolean;
  endRequested?: RequestedEnd | undefined;
  /** Requested, and not yet taken for delivery. */
  readonly wantedEnds: Set<RequestedEnd>;
}

/**
 * The executions that one gate run knows, each in one of four states:
 *
 * - `starting`: its start was asked for. It becomes `running` when Temporal confirms, or `watched` when Temporal says that its id
 *   exists: then an earlier run of the gate started it.
 * - `running`: this run's own child, whose end arrives by itself. It becomes `closed`; or `watched` when Temporal says that it was
 *   terminated, because a reset looks like that and the child lives on in a new run, and when a restored database was resumed.
 * - `watched`: a child of an earlier run, adopted. The watcher finds its end, and it becomes `closed`.
 * - `closed`: its end is known and not yet recorded. Further ends of the same execution are ignored.
 */
export class KnownExecutions {
  readonly #byId = new Map<string, Known>();
  #watchGeneration = 0;

  get ids(): string[] {
    return [...this.#byId.keys()];
  }

  /** Changes whenever an execution is added to the watched ones. */
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
      ...(row.endRequested && { endRequested: row.endRequested }),
      wantedEnds: new Set(row.cancelRequested ? ['cancel'] : []),
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

  /** Temporal has it: it can be asked to end, and once it is gone its outcome is unknown. */
  found(executionId: string): void {
    const known = this.#byId.get(executionId);
    if (known !== undefined) known.endRequested = undefined;
  }

  /** The database was restored, and its rows may lack starts that were recorded before: all that are open are watched, and reported anew. */
  reportStartsAgain(): void {
    for (const known of this.#byId.values()) {
      if (!isOpen(known)) continue;
      known.startRecorded = false;
      known.state = 'watched';
      this.#watchGeneration++;
    }
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

  wantEnd(end: RequestedEnd, executionId: string): void {
    this.#byId.get(executionId)?.wantedEnds.add(end);
  }

  /** Ids whose end is wanted and can be delivered: open in Temporal as far as known. Each is given once. */
  takeEnds(end: RequestedEnd): readonly string[] {
    const ready = [...this.#byId.values()].filter((known) => known.wantedEnds.has(end) && canBeEnded(known));
    for (const known of ready) known.wantedEnds.delete(end);
    return ready.map((known) => known.executionId);
  }

  /** Whether an end of either kind can be delivered now. */
  get endsReady(): boolean {
    return [...this.#byId.values()].some((known) => known.wantedEnds.size > 0 && canBeEnded(known));
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

/** One that may never have been started is found first: a termination counts as delivered when Temporal does not have its workflow. */
function canBeEnded(known: Known): boolean {
  return isOpen(known) && known.endRequested === undefined;
}

/** In Temporal, as far as this run knows. */
function isOpen(known: Known): boolean {
  return isOneOf(known, 'running', 'watched');
}

function isOneOf({ state }: Known, ...states: readonly KnownState[]): boolean {
  return states.includes(state);
}
