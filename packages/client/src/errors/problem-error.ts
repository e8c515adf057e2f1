import type { components } from '../generated/api.ts';
import { SluiceError } from './sluice-error.ts';

/** An RFC 9457 problem document, as Sluice answers it. */
export type Problem = components['schemas']['Problem'];
export type ProblemType = Problem['type'];

/**
 * Thrown when Sluice refuses a request, or cannot serve it; its message says what to do. Each type has a class of its own, with the facts
 * of that type: this one itself stands for a type that is newer than the client.
 */
export class ProblemError extends SluiceError {
  override readonly name: string = 'ProblemError';
  readonly type: ProblemType;
  readonly status: number;
  readonly title: string;
  /** Sluice's log has the request under it; null when the request was not even read. */
  readonly requestId: string | null;
  /** How long Sluice asks to wait before the next try; null when it does not say. */
  readonly retryAfterSeconds: number | null;
  /** The whole document. */
  readonly problem: Problem;

  constructor(problem: Problem, retryAfterSeconds: number | null, options?: ErrorOptions) {
    super(problem.detail, options);
    this.type = problem.type;
    this.status = problem.status;
    this.title = problem.title;
    this.requestId = (problem as Partial<Problem>).requestId ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
    this.problem = problem;
  }
}
