import { OperatorError } from '../../process/operator-error.ts';

/** Thrown when the database cannot be used while a process starts: not there, not allowed, or too old. */
export class DatabaseUnusableError extends OperatorError {
  override readonly name = 'DatabaseUnusableError';

  constructor(url: string, problem: string, options?: ErrorOptions) {
    super(
      `Postgres cannot be used at ${withoutPassword(url)}: ${problem}\n` +
        '  Set DATABASE_URL to postgres://user:password@host:port/database of a Postgres that runs, or leave it unset for `npm start` to bring one.',
      options,
    );
  }
}

function withoutPassword(url: string): string {
  try {
    const shown = new URL(url);
    if (shown.password) shown.password = '***';
    return shown.toString();
  } catch {
    return 'no address';
  }
}
