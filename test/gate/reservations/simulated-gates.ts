import type { Database } from '../../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../../src/db/reconcile/reconcile-workspace.ts';
import { failedOutcome } from '../../../src/domain/outcome/outcome-of.ts';
import type {
  AdmittedExecution,
  ClosedExecution,
  GateInput,
  ReconcileAnswer,
  ReconcileRequest,
} from '../../../src/workflows/gate/contract.ts';
import { GateState } from '../../../src/workflows/gate/state/gate-state.ts';

/** Picks a whole number below another, the same ones for the same seed. */
export type Pick = (below: number) => number;

export function picker(seed: number): Pick {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** What happened to one start, and what was open then. */
export interface Opening {
  readonly executionId: string;
  readonly seq: number;
  readonly open: readonly string[];
}

/** Temporal, as far as gates know it: ids are taken once, and the end of a child goes to the run that started it. */
export class SimulatedTemporal {
  readonly openings: Opening[] = [];
  readonly #open = new Map<string, { readonly seq: number; readonly parent: SimulatedRun }>();
  readonly #closed = new Map<string, ClosedExecution>();
  /** The status of an execution's row when its workflow starts: it must be live. */
  readonly startedAs: { readonly executionId: string; readonly status: string }[] = [];
  readonly #statusOf: (executionId: string) => Promise<string>;

  constructor(statusOf: (executionId: string) => Promise<string>) {
    this.#statusOf = statusOf;
  }

  get open(): readonly string[] {
    return [...this.#open.keys()];
  }

  async start({ executionId, seq }: AdmittedExecution, parent: SimulatedRun): Promise<'started' | 'exists'> {
    if (this.#open.has(executionId) || this.#closed.has(executionId)) return 'exists';
    this.startedAs.push({ executionId, status: await this.#statusOf(executionId) });
    this.#open.set(executionId, { seq, parent });
    this.openings.push({ executionId, seq, open: this.open });
    return 'started';
  }

  end(executionId: string, status: 'completed' | 'cancelled' | 'terminated' = 'completed'): void {
    const found = this.#open.get(executionId);
    if (found === undefined) return;
    this.#open.delete(executionId);
    const closed: ClosedExecution = {
      executionId,
      outcome:
        status === 'completed'
          ? { status, result: null, resultOmitted: null, failure: null }
          : failedOutcome(status, status === 'cancelled' ? null : { type: 't', message: 'm' }),
      closedAt: new Date().toISOString(),
    };
    this.#closed.set(executionId, closed);
    found.parent.hear({ kind: 'closed', closed });
  }

  found(executionId: string): 'open' | 'nowhere' | ClosedExecution {
    return this.#open.has(executionId) ? 'open' : (this.#closed.get(executionId) ?? 'nowhere');
  }
}

type Job =
  | { readonly kind: 'wake' }
  | { readonly kind: 'closed'; readonly closed: ClosedExecution }
  | { readonly kind: 'started'; readonly executionId: string }
  | { readonly kind: 'exists'; readonly executionId: string };

/** What a task did to the state, so that it can be done again from the beginning of the run. */
type Step = (state: GateState) => void;

export interface RunDeps {
  readonly database: Database;
  readonly temporal: SimulatedTemporal;
  readonly pick: Pick;
  /** Requests of tasks that were lost, sent much later by a worker that had been frozen. */
  readonly frozen: (() => Promise<void>)[];
}

/** One run of a gate: the real state, driven by simulated workflow tasks, each of which may be lost with all that it decided. */
export class SimulatedRun {
  readonly runId: string;
  readonly input: GateInput;
  readonly #deps: RunDeps;
  readonly #history: Step[] = [];
  #jobs: Job[] = [{ kind: 'wake' }];
  #events = 3;
  isOver = false;

  constructor(runId: string, input: GateInput, deps: RunDeps) {
    this.runId = runId;
    this.input = input;
    this.#deps = deps;
  }

  hear(job: Job): void {
    this.#jobs.push(job);
  }

  get hasJobs(): boolean {
    return this.#jobs.length > 0;
  }

  /** The state as the history has it. */
  state(): GateState {
    const state = new GateState(this.input);
    for (const step of this.#history) step(state);
    return state;
  }

  /** One workflow task. `isLost`: its worker dies before Temporal has the outcome, after it has asked Postgres. */
  async task({ isLost }: { isLost: boolean }): Promise<void> {
    const state = this.state();
    const steps: Step[] = [];
    const act = (step: Step) => {
      step(state);
      steps.push(step);
    };
    const jobs = this.#jobs;
    this.#events += 3 + jobs.length;
    const events = this.#events;
    for (const job of jobs) act((to) => deliver(to, job));
    for (const watched of state.watched) act(this.#watch(watched.executionId));
    const toStart: AdmittedExecution[] = [];
    for (let rounds = 0; rounds < 5; rounds++) {
      if (state.replacementsReady) {
        const at = new Date().toISOString();
        act((to) => {
          const taken = to.takeReplacements(at);
          if (to === state) toStart.push(...taken);
        });
      }
      const ends = [...state.takeEnds('cancel'), ...state.takeEnds('terminate')];
      if (ends.length > 0) steps.push((to) => (to.takeEnds('cancel'), to.takeEnds('terminate')));
      for (const executionId of ends) {
        if (!isLost) this.#deps.temporal.end(executionId, 'cancelled');
        act((to) => to.endDelivered('cancel', executionId));
      }
      if (!state.reconcileWanted) break;
      let request!: ReconcileRequest;
      const options = { claim: true, historyLength: events };
      act((to) => {
        const taken = to.takeRequest(options);
        if (to === state) request = taken;
      });
      const sent = structuredClone(request);
      if (isLost && this.#deps.pick(3) === 0) {
        this.#deps.frozen.push(async () => void (await this.#reconcile(sent)));
        break;
      }
      const answer = await this.#reconcile(sent);
      act((to) => {
        const started = to.reconciled(request, answer, new Date().toISOString(), events);
        if (to === state) toStart.push(...started);
      });
    }
    if (isLost) return;
    this.#jobs = this.#jobs.slice(jobs.length);
    this.#history.push(...steps);
    for (const row of toStart) {
      const { executionId } = row;
      const kind = await this.#deps.temporal.start(row, this);
      this.hear({ kind, executionId });
    }
    if (state.recallToConfirm !== null) this.hear({ kind: 'wake' });
  }

  async #reconcile(request: ReconcileRequest): Promise<ReconcileAnswer> {
    const reconciled = await reconcileWorkspace(this.#deps.database, request, {
      gateRunId: this.runId,
      verifyAfterSeconds: 3600,
      reservations: true,
    });
    const { tier, limit, limitSource, pending, admitted, cancel, terminate, more, startsHeldBack } =
      reconciled;
    return {
      deployment: 'd',
      gateRunId: this.runId,
      tier,
      limit,
      limitSource,
      pending,
      admitted,
      cancel,
      terminate,
      more,
      startsHeldBack,
      searchAttributes: false,
      ...(reconciled.reservation && { reservation: reconciled.reservation }),
    };
  }

  #watch(executionId: string): Step {
    const found = this.#deps.temporal.found(executionId);
    if (found === 'open') return (to) => to.watchedStarted({ executionId, runId: `run-of-${executionId}` });
    if (found !== 'nowhere') return (to) => to.childClosed(found);
    const closed: ClosedExecution = {
      executionId,
      outcome: failedOutcome('cancelled', null),
      closedAt: new Date().toISOString(),
      declared: true,
    };
    return (to) => to.childClosed(closed);
  }
}

function deliver(state: GateState, job: Job): void {
  switch (job.kind) {
    case 'wake':
      return state.wake();
    case 'closed':
      return state.childClosed(job.closed);
    case 'started':
      return state.childStarted({ executionId: job.executionId, runId: `run-of-${job.executionId}` });
    case 'exists':
      return state.watch(job.executionId);
    default:
      throw new Error(`unknown job ${job satisfies never}`);
  }
}
