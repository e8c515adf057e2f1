import { webUi } from '../../temporal/web-ui.ts';
import type { Config } from '../../config/config.ts';
import { warnOfTiers } from '../../config/tiers.ts';
import { checkDatabase } from '../../db/connection/check-database.ts';
import { type Database, openDatabase } from '../../db/connection/database.ts';
import { tellMaxInputBytes } from '../../db/inbox/tell-max-input-bytes.ts';
import { hasKey } from '../../db/keys/has-key.ts';
import type { Log } from '../../process/log.ts';
import type { Running } from '../../process/run-process.ts';
import { lazyTemporalClient } from '../../temporal/connection/client-connection.ts';
import type { TemporalSettings } from '../../temporal/connection/temporal-settings.ts';
import { createGateWaker, type GateWaker } from '../../temporal/gates/gate-waker.ts';
import { signalGate } from '../../temporal/gates/signal-gate.ts';
import { type Api, buildApi } from './build-api.ts';
import { closeWithin } from './connection-drain.ts';
import { createInstallationCheck } from './installation-check.ts';
import { warnOfOpenApi } from '../boundary/public-bind.ts';
import { within } from '../../async/within.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import { OperatorError } from '../../process/operator-error.ts';

/** A wake that takes longer is given up: while it is under way, no other one of its workspace is sent. */
const WAKE_TIMEOUT_MS = 5_000;
/** At the end, wakes get this long; what they miss the sweep finds. */
const LAST_WAKES_TIMEOUT_MS = 2_000;

/** Thrown when the API cannot listen where it is told to. */
export class ListenError extends OperatorError {
  override readonly name = 'ListenError';

  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    super(`The API cannot listen on ${host}:${port}: ${listenProblem(cause)}`, { cause });
  }
}

/**
 * Runs the API: checks the database, connects to Temporal at its first use, and listens. `stop` lets requests that have begun end
 * within SHUTDOWN_GRACE_SECONDS.
 *
 * @throws DatabaseUnusableError, AdminKeyFileError, ListenError
 */
export async function startApi(
  config: Config,
  log: Log,
  temporal: TemporalSettings,
): Promise<Running & { readonly url: string }> {
  const database = openDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'sluice-api',
    onError: (error) =>
      logRepeated(
        log,
        'warn',
        { err: error },
        'an idle connection to Postgres broke; another one is opened when needed',
      ),
  });
  const client = lazyTemporalClient(temporal);
  try {
    warnOfTiers(config, await checkDatabase(database, config.DATABASE_URL), log);
    await tellMaxInputBytes(database.db, config.MAX_INPUT_BYTES).catch((error: unknown) =>
      log.warn(
        { error },
        'sluice.enqueue could not be told MAX_INPUT_BYTES; larger inputs of it are rejected later',
      ),
    );
    const { waker, app } = await build(config, log, database, client);
    const url = await listen(app, config);
    log.info({ url }, 'the API listens');
    warnOfOpenApi(config, log);
    await warnOfNoKey(config, log, database);
    return {
      url,
      async stop() {
        const drained = await closeWithin(app, config.SHUTDOWN_GRACE_SECONDS * 1_000, log);
        const woken = await lastWakes(waker, log);
        await database.close();
        // A call that still retries on a closed connection ends the process with an error: leave it to the end of the process.
        if (drained && woken) await client.connection.close();
      },
    };
  } catch (error) {
    await database.close();
    await client.connection.close();
    throw error;
  }
}

/** Whoever meets nothing but 401 is to find the reason in the log. */
async function warnOfNoKey({ AUTH, ADMIN_KEY_FILE }: Config, log: Log, { db }: Database): Promise<void> {
  if (AUTH === 'none' || ADMIN_KEY_FILE !== '' || (await hasKey(db))) return;
  log.warn(
    'AUTH is keys, and there is no key: every request is answered 401 until `npx sluice keys create --admin` has made one',
  );
}

async function build(
  config: Config,
  log: Log,
  database: Database,
  temporal: ReturnType<typeof lazyTemporalClient>,
) {
  const installation = createInstallationCheck({ client: temporal, db: database.db });
  const waker = createGateWaker(
    (workspaceId, signal) =>
      temporal.withDeadline(Date.now() + WAKE_TIMEOUT_MS, async () =>
        signalGate(temporal, workspaceId, signal, { deployment: await installation.require() }),
      ),
    log,
  );
  const ui = webUi(config.TEMPORAL_UI_URL, temporal.options.namespace);
  return { waker, app: await buildApi({ config, log, database, temporal, waker, webUi: ui, installation }) };
}

async function listen(app: Api, { HOST, PORT }: Config): Promise<string> {
  try {
    return await app.listen({ host: HOST, port: PORT });
  } catch (error) {
    await app.close();
    throw new ListenError(HOST, PORT, error as NodeJS.ErrnoException);
  }
}

function listenProblem(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'another process has that port. Stop it, or set PORT to a free one (0 picks any).';
    case 'EACCES':
      return 'this user may not have that port. Set PORT to one above 1023.';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine does not have that address. Set HOST to one that it has, such as 127.0.0.1.';
    default:
      return `${error.message}. Check HOST and PORT.`;
  }
}

/** True when all wakes that were asked for have been sent. */
async function lastWakes(waker: GateWaker, log: Log): Promise<boolean> {
  try {
    await within(waker.allSent(), LAST_WAKES_TIMEOUT_MS, () => new WakesLeftError());
    return true;
  } catch (error) {
    if (!(error instanceof WakesLeftError)) throw error;
    log.warn('some gates could not be woken before the end; the sweep will find what waits');
    return false;
  }
}

/** Thrown, and caught here, when wakes are not sent in the time that they were given. */
class WakesLeftError extends Error {
  override readonly name = 'WakesLeftError';
}
