import pg from 'pg';
import { NoSessionError } from './no-session.ts';

/**
 * A session that can only read is lent for so long, and then replaced: soon after a failover, or after a database was read-only, no
 * session of that time is left, and meanwhile reading costs one new connection a second for each place in the pool.
 */
const READ_ONLY_SESSION_MAX_MS = 1_000;

/** SQLSTATE that blame the session and not the statement, so that the next statement would fare no better on it. */
const SESSION_STATES = new RegExp(
  `^(${[
    '08...', // the two sides no longer agree on the protocol, as behind some poolers
    '25(?!P02)...', // read-only (25006), or in another state of transaction than we believe; 25P02 only repeats an earlier error
    '26000', // a prepared statement that we know is gone: a pooler gave us somebody else's session, or it was reset
    '42P05', // the reverse: one that we do not know is there
    '0A000', // a prepared statement's columns are not as they were: a migration since
    '42501', // not allowed, which is so for good if somebody changed the session's role
    '3F000|42P01', // a schema or table is not there, which is so for good if somebody changed the session's search_path
    '57P..', // it is being ended
  ].join('|')})$`,
);

/** What pg says, in words alone, of a query that had no answer within `query_timeout`. */
const QUERY_TIMED_OUT = 'Query read timeout';

type Lend = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  release: (discard?: Error | boolean) => void,
) => void;

/** A connection that knows, from the server's own messages and without asking, what its session is still good for. */
class SessionClient extends pg.Client {
  /** True after an error that blames the session, and while a transaction is open in it. */
  get isSpoiled(): boolean {
    return this.#spoiled || this.getTransactionStatus() === 'T' || this.getTransactionStatus() === 'E';
  }

  /** Null when it can write. The server reports it at the start and at each change (Postgres 14 or newer). */
  get readOnlyForMs(): number | null {
    return this.#readOnly.size === 0 ? null : performance.now() - this.#readOnlySinceMs;
  }

  #spoiled = false;
  #lost = false;
  readonly #readOnly = new Set<string>();
  #readOnlySinceMs = 0;

  constructor(config?: pg.ClientConfig) {
    super(config);
    // Or the process ends: a server that froze may send its greeting and its farewell in one packet, and then nobody has borrowed the
    // session yet who would listen. Whoever has hears of it as well, and a broken one refuses its next query.
    this.on('error', () => {});
    // Before pg itself hears of it and fails the queries that are open.
    this.connection.once('error', () => (this.#lost = true));
    this.connection.once('end', () => (this.#lost = true));
    this.connection.on('errorMessage', ({ code, severity }: { code?: string; severity?: string }) => {
      // The server's farewell: its connection ends a moment later, and until then pg refuses queries without saying why.
      if (severity === 'FATAL' || severity === 'PANIC') this.#lost = true;
      if (this.#lost || SESSION_STATES.test(code ?? '')) this.#spoiled = true;
    });
    this.connection.on('parameterStatus', (report: { parameterName: string; parameterValue: string }) => {
      const { parameterName: name, parameterValue: value } = report;
      if (name !== 'default_transaction_read_only' && name !== 'in_hot_standby') return;
      if (value === 'off') this.#readOnly.delete(name);
      else if (this.#readOnly.add(name).size === 1) this.#readOnlySinceMs = performance.now();
    });
  }

  /** Fails with NoSessionError where pg has no code for what became of the session. One body for all of pg's overloads. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  override query(...args: any[]): any {
    const query = super.query as (...args: unknown[]) => unknown;
    const callback: unknown = args.at(-1);
    if (typeof callback === 'function')
      return query.call(this, ...args.slice(0, -1), (error: unknown, result: unknown) =>
        callback(this.#named(error), result),
      );
    const answer = query.apply(this, args);
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      throw this.#named(error);
    });
  }

  /** A session that is lost says so to whoever listens, and the pool passes it on as the end of a query. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    return super.emit(event, ...(event === 'error' ? args.map((error) => this.#named(error)) : args));
  }

  #named(error: unknown): unknown {
    if (!(error instanceof Error) || hasCode(error)) return error;
    return this.#lost || error.message === QUERY_TIMED_OUT ? new NoSessionError(error) : error;
  }
}

/**
 * A pool that keeps no session which cannot do its work: after an error that blames the session, with a transaction still open, or
 * read-only for more than a second, its connection is thrown away. It is one for all: whoever borrows, and `query`, gets to it by `connect`.
 */
export class SessionPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super({ ...config, Client: SessionClient });
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(lend: Lend): void;
  override connect(lend?: Lend): Promise<pg.PoolClient> | void {
    const lent = this.#lendSound();
    if (lend === undefined) return lent;
    lent.then(
      (client) => lend(undefined, client, client.release),
      (error: Error) => lend(error, undefined, () => {}),
    );
  }

  async #lendSound(): Promise<pg.PoolClient> {
    // Each round throws one away, and new ones are young: as many rounds as there are places are enough.
    for (let round = 0; ; round++) {
      const client = await super.connect().catch(throwNoSession);
      const session = client as unknown as SessionClient;
      if ((session.readOnlyForMs ?? 0) > READ_ONLY_SESSION_MAX_MS && round < this.options.max) {
        client.release(true);
        continue;
      }
      const { release } = client;
      client.release = (discard) => release(discard || session.isSpoiled);
      return client;
    }
  }
}

function throwNoSession(error: Error): never {
  throw hasCode(error) ? error : new NoSessionError(error);
}

/** Errors of Postgres and of Node have one. */
function hasCode(error: Error): boolean {
  return typeof (error as { code?: unknown }).code === 'string';
}
