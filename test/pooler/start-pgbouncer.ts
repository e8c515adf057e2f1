import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { asUser, postgresUser } from '../../src/local/postgres/postgres-user.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { startService } from '../../src/local/processes/service.ts';

/** Debian puts it where only root looks. */
const ALSO = ['/usr/sbin', '/usr/local/sbin'];

/** Thrown when there is no PgBouncer. */
class PgBouncerMissingError extends Error {
  override readonly name = 'PgBouncerMissingError';

  constructor() {
    super('There is no pgbouncer on PATH. Install it (`apt-get install pgbouncer`), and run this again.');
  }
}

export interface PgBouncer {
  /** The database by the pooler, as that role. */
  urlOf(role: string): string;
  stop(): Promise<void>;
}

export interface PgBouncerOptions {
  readonly databaseUrl: string;
  /** Who may connect, with their passwords. */
  readonly roles: Readonly<Record<string, string>>;
  /** Sessions that each role has on the server. */
  readonly serverSessions: number;
}

/**
 * Starts a PgBouncer in transaction mode before a database: sessions of callers share few of the server's.
 *
 * @throws PgBouncerMissingError
 */
export async function startPgBouncer(options: PgBouncerOptions): Promise<PgBouncer> {
  const program = [...(process.env['PATH'] ?? '').split(delimiter), ...ALSO]
    .map((folder) => join(folder, 'pgbouncer'))
    .find((path) => existsSync(path));
  if (program === undefined) throw new PgBouncerMissingError();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-pgbouncer-'));
  const port = await freePort();
  const configuration = join(folder, 'pgbouncer.ini');
  const server = new URL(options.databaseUrl);
  const database = server.pathname.slice(1);
  writeFileSync(
    join(folder, 'users.txt'),
    Object.entries(options.roles)
      .map(([role, password]) => `"${role}" "${password}"\n`)
      .join(''),
  );
  writeFileSync(
    configuration,
    `[databases]
${database} = host=${server.hostname} port=${server.port} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = ${options.serverSessions}
`,
  );
  // It refuses to run as root, too.
  const run = asUser(
    postgresUser(() => {}),
    [program, configuration],
    program,
    [configuration],
  );
  const urlOf = (role: string) => `postgres://${role}@127.0.0.1:${port}/${database}`;
  const service = await startService({
    name: 'PgBouncer',
    ...run,
    logFile: join(folder, 'pgbouncer.log'),
    stopSignal: 'SIGINT',
    ready: () => answers(urlOf(Object.keys(options.roles)[0]!)),
    onSpawn: () => {},
  });
  return {
    urlOf,
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
