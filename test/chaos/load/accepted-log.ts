import { appendFileSync } from 'node:fs';
import { FLEETING } from './load.ts';

/** One answer of the API that promised an execution: 202, or 200 for a repeated key. */
export interface Accepted {
  readonly workspaceId: string;
  readonly executionId: string;
  /** Left out for one that was scheduled. */
  readonly seq?: number;
  readonly key: string;
  readonly status: 200 | 202;
  /** ISO 8601. */
  readonly at: string;
}

/** What the clients were promised: kept outside of the installation that is being tried, one JSON line an answer. */
export class AcceptedLog {
  readonly #file: string;
  readonly #byKey = new Map<string, Accepted>();
  readonly answers: Accepted[] = [];
  /** Promises that contradict earlier ones. */
  readonly contradictions: string[] = [];
  /** Keys of requests that were refused at the first try: nothing of them may ever be stored. */
  readonly refused: Pick<Accepted, 'workspaceId' | 'key'>[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  add(answer: Accepted): void {
    appendFileSync(this.#file, `${JSON.stringify(answer)}\n`);
    this.answers.push(answer);
    const name = `${answer.workspaceId} ${answer.key}`;
    const first = this.#byKey.get(name);
    if (first === undefined || isOfAnotherLife(first, answer)) this.#byKey.set(name, answer);
    else if (first.executionId !== answer.executionId || answer.status === 202 || isOtherSeq(first, answer))
      this.contradictions.push(`key ${name} stood for ${describe(first)} and later for ${describe(answer)}`);
  }

  /** What a key stood for at first. */
  first(workspaceId: string, key: string): Accepted | undefined {
    return this.#byKey.get(`${workspaceId} ${key}`);
  }

  /** How many different executions were promised. */
  get executions(): number {
    return this.#byKey.size;
  }

  /** Every execution once, in the order of their first answers. */
  get all(): readonly Accepted[] {
    return [...this.#byKey.values()];
  }

  newest(workspaceId: string, count: number): Accepted[] {
    return this.answers.filter((answer) => answer.workspaceId === workspaceId).slice(-count);
  }
}

/** A key that stood for something when its workspace was deleted stands for nothing afterwards; the audit judges these answers. */
function isOfAnotherLife({ executionId }: Accepted, answer: Accepted): boolean {
  return answer.workspaceId === FLEETING.id && answer.executionId !== executionId;
}

/** Answers may overtake each other, so that one without a seq may come after one that has it. */
function isOtherSeq({ seq: one }: Accepted, { seq: other }: Accepted): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function describe({ executionId, seq, status }: Accepted): string {
  return `${executionId} (seq ${seq}, answered ${status})`;
}
