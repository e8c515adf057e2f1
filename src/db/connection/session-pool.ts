import pg from 'pg';

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
  readonly #readOnly = new Set<string>();
  #readOnlySinceMs = 0;

  constructor(config?: pg.ClientConfig) {
    super(config);
    // Or the process ends: a server that froze may send its greeting and its farewell in one packet, and then nobody has borrowed the
    // session yet who would listen. Whoever has hears of it as well, and a broken one refuses its next query.
    this.on('error', () => {});
    this.connection.on('errorMessage', ({ code, severity }: { code?: string; severity?: string }) => {
      if (severity === 'FATAL' || severity === 'PANIC' || SESSION_STATES.test(code ?? ''))
        this.#spoiled = true;
    });
    this.connection.on('parameterStatus', (report: { parameterName: string; parameterValue: string }) => {
      const { parameterName: name, parameterValue: value } = report;
      if (name !== 'default_transaction_read_only' && name !== 'in_hot_standby') return;
      if (value === 'off') this.#readOnly.delete(name);
      else if (this.#readOnly.add(name).size === 1) this.#readOnlySinceMs = performance.now();
    });
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
      const client = await super.connect();
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
