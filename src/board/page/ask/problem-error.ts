/** The parts of an RFC 9457 problem document that the board shows. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId?: string;
}

/** Thrown when the API refuses, or when it does not answer (`status` 0). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** The last part of the problem's type; empty when there is no problem document. */
  readonly problem: string;
  readonly requestId: string | null;

  constructor({ type, status, detail, requestId }: Problem) {
    super(detail);
    this.status = status;
    this.problem = type.split(':').at(-1)!;
    this.requestId = requestId ?? null;
  }
}

/** What is shown of any error. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
