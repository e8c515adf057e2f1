import type { GateInput, GateSnapshot, ReconcileAnswer } from '../contract.ts';

type Shown =
  | 'tier'
  | 'limit'
  | 'limitSource'
  | 'pending'
  | 'lastError'
  | 'stalled'
  | 'restoringSince'
  | 'paused'
  | 'isForeign';

/** The answers that one gate run has had from Postgres: the last one, the deployment that they name, and the error of a try since. */
export class ReconcileAnswers {
  readonly #workspaceId: string;
  #deployment: string | undefined;
  #last: ReconcileAnswer | null = null;
  #lastError: string | null = null;
  #isForeign = false;

  constructor({ workspaceId, deployment }: GateInput) {
    this.#workspaceId = workspaceId;
    this.#deployment = deployment;
  }

  answered(answer: ReconcileAnswer): void {
    this.#last = answer;
    this.#deployment ??= answer.deployment;
    this.#lastError = null;
  }

  failed(lastError: string, { isForeign = false } = {}): void {
    this.#lastError = lastError;
    this.#isForeign = isForeign;
  }

  /** The last try failed. */
  get hasFailed(): boolean {
    return this.#lastError !== null;
  }

  /** Null before the first. */
  get last(): ReconcileAnswer | null {
    return this.#last;
  }

  /** From the input, or from the first answer. A gate knows no execution before it, so it has nothing to watch or to end; throws then. */
  get deployment(): string {
    if (this.#deployment !== undefined) return this.#deployment;
    throw new Error(
      `The gate of workspace ${this.#workspaceId} has no answer yet that names its deployment: nothing can be watched or ended.`,
    );
  }

  /** The deployment as far as it is known, for a request and for the next run's input. */
  namedDeployment(): { readonly deployment?: string } {
    return this.#deployment === undefined ? {} : { deployment: this.#deployment };
  }

  shown(): Pick<GateSnapshot, Shown> {
    const last: Partial<ReconcileAnswer> = this.#last ?? {};
    const {
      tier = null,
      limit = null,
      limitSource = null,
      pending = 0,
      stalled,
      restoringSince,
      paused,
    } = last;
    return {
      tier,
      limit,
      limitSource,
      pending,
      lastError: this.#lastError,
      ...(stalled && { stalled }),
      ...(restoringSince !== undefined && { restoringSince }),
      ...(paused && { paused }),
      ...(this.#lastError !== null && this.#isForeign && { isForeign: true }),
    };
  }
}
