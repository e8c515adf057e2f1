/** Every error that this client makes itself. */
export abstract class SluiceError extends Error {}

/** Thrown when no answer came in any try: nobody listens there, the connection broke, or a try took longer than `requestTimeout`. */
export class NoAnswerError extends SluiceError {
  override readonly name = 'NoAnswerError';
  readonly tries: number;

  constructor(baseUrl: string, tries: number, cause: unknown) {
    super(
      `${baseUrl} did not answer in ${tries === 1 ? 'one try' : `${tries} tries`}: ${reasonOf(cause)}. What was asked for may have ` +
        'been done: it is safe to ask again, to start an execution with the same idempotency key only.',
      { cause },
    );
    this.tries = tries;
  }
}

/** Thrown when an answer is not one of Sluice's: is something else at `baseUrl`, or a proxy in between? */
export class UnexpectedAnswerError extends SluiceError {
  override readonly name = 'UnexpectedAnswerError';
  readonly status: number;
  /** Its beginning, as it came. */
  readonly text: string;

  constructor(baseUrl: string, status: number, text: string) {
    super(
      `${baseUrl} answered ${status}, and not as Sluice does; check baseUrl and proxies. It said: ${text}`,
    );
    this.status = status;
    this.text = text;
  }
}

/** Node says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error as { cause?: unknown };
  if (!(cause instanceof Error)) return error.message;
  return `${error.message} (${cause.message || String((cause as { code?: unknown }).code)})`;
}
