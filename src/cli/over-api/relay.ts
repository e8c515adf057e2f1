import { readConfig } from '../../config/config.ts';
import { createLog } from '../../process/log.ts';
import { runProcess } from '../../process/run-process.ts';
import { startRelay } from '../../relay/start-relay.ts';
import { readOptions, UsageError } from '../options.ts';
import { integer } from './arguments.ts';
import { addressOf } from './connection.ts';

export const usage = `sluice relay [--outbox-url URL] [--url URL] [--key-file FILE] [--keep HOURS] [--metrics-port PORT]
  Moves the requests of an outbox, in a database of your own, to a Sluice over HTTP, until SIGTERM: docs/relay.md. Several may run side by side.
  --outbox-url URL     the database with the outbox, without a password; OUTBOX_URL unless given, which may have one
  --url URL            where the API is; SLUICE_URL unless given, or http://127.0.0.1:8080
  --key-file FILE      has the key of the API; SLUICE_KEY or the file SLUICE_KEY_FILE unless given
  --keep HOURS         how long a request stays after it was sent; OUTBOX_KEEP_HOURS unless given, or 0: it is deleted
  --metrics-port PORT  serves /metrics and /health/ready; RELAY_METRICS_PORT unless given, or 0: none
Exit code: 0 stopped, 1 it could not start or failed, 2 wrong arguments.`;

const OPTIONS = {
  'outbox-url': { type: 'string' },
  url: { type: 'string' },
  'key-file': { type: 'string' },
  keep: { type: 'string' },
  'metrics-port': { type: 'string' },
} as const;

const KEEP_MAX_HOURS = 8_760;
const PORT_MAX = 65_535;

/** The relay process. */
export async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args, OPTIONS, usage);
  const config = readConfig(process.env);
  const number = (name: 'keep' | 'metrics-port', max: number, setting: number) => {
    const text = options[name];
    return text === undefined ? setting : integer(text, `--${name}`, { min: 0, max });
  };
  const relayOptions = {
    outboxUrl: outboxUrlOf(options['outbox-url'], config.OUTBOX_URL),
    sluice: addressOf(options),
    keptHours: number('keep', KEEP_MAX_HOURS, config.OUTBOX_KEEP_HOURS),
    metricsPort: number('metrics-port', PORT_MAX, config.RELAY_METRICS_PORT),
  };
  // A file that cannot be read is found before anything is sent.
  relayOptions.sluice.key();
  const log = createLog({ level: config.LOG_LEVEL, process: 'relay' });
  return runProcess(() => startRelay(config, log, relayOptions), log);
}

/** A password is no option: the list of processes shows options to everybody. */
function outboxUrlOf(option: string | undefined, setting: string): string {
  const url = option ?? setting;
  if (url === '') throw new UsageError(`--outbox-url is missing, and OUTBOX_URL is not set.\n${usage}`);
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError('--outbox-url, or OUTBOX_URL, is no postgres:// URL.');
  const { password, searchParams } = new URL(url);
  if (option !== undefined && (password !== '' || searchParams.has('password')))
    throw new UsageError(
      '--outbox-url has a password in it. It belongs into OUTBOX_URL, PGPASSWORD or a .pgpass file.',
    );
  return url;
}
