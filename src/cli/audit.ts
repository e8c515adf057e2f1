import { type Config, readConfig } from '../config/config.ts';
import { openDatabase } from '../db/connection/database.ts';
import { requireAnswer } from '../db/connection/require-answer.ts';
import { connectTemporalClient } from '../temporal/connection/client-connection.ts';
import { WorkspaceNotFoundError } from '../domain/refusals.ts';
import { type TemporalSettings, readTemporalSettings } from '../temporal/connection/temporal-settings.ts';
import { temporalIsElsewhere } from '../local/temporal/external-temporal.ts';
import { readAcceptedAnswers } from '../audit/read/accepted-answer.ts';
import { auditDeployment, graceSeconds, maxIdleSlotSeconds } from '../audit/audit-deployment.ts';
import { printReport } from '../audit/report/print-report.ts';
import { OperatorError, printError } from '../process/operator-error.ts';
import { databaseUrlHere } from './database-here.ts';
import { readOptions } from './options.ts';

export const usage = `sluice audit [options]
  --workspace ID           only this workspace; may be given several times
  --accepted FILE          a client's own log of its answers, JSON lines
  --since ISO              leave out executions that ended before
  --grace SECONDS          how long Sluice may take to hear of an end (default: 12 sweeps)
  --max-idle-slot SECONDS  how long a slot may stand free while a row waits (default: 2 sweeps)
  --json                   the whole report as JSON
Reads DATABASE_URL and TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and so on; without them, what \`npm start\` runs here.
Exit code: 0 no breach, 1 breaches, 2 the audit could not be made.`;

const EXIT_BREACH = 1;
const EXIT_NOT_MADE = 2;

/** A statement here reads a page of a large table, and nobody waits for it. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** Thrown when the command line, or what it needs, is not as it must be. */
class AuditUsageError extends OperatorError {
  override readonly name = 'AuditUsageError';
}

/** The audit as a command. Progress goes to standard error, the report to standard output. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await audit(parseOptions(args));
  } catch (error) {
    printError(error);
    return EXIT_NOT_MADE;
  }
}

async function audit(options: ReturnType<typeof parseOptions>): Promise<number> {
  const config = readConfig(process.env);
  const accepted = options.accepted === undefined ? undefined : await readAcceptedAnswers(options.accepted);
  const target = auditTarget(config, readTemporalSettings(process.env));
  const database = openDatabase({
    url: target.databaseUrl,
    poolSize: 2,
    applicationName: 'sluice-audit',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onError: (error) => console.error(`a connection to Postgres broke: ${error.message}`),
  });
  try {
    await requireAnswer(database).catch((cause: unknown) => {
      throw new AuditUsageError(
        `Postgres does not answer: ${cause instanceof Error ? cause.message : String(cause)}\n  Set DATABASE_URL to the deployment's database.`,
        { cause },
      );
    });
    const client = await connectTemporalClient(target.temporal);
    try {
      const report = await auditDeployment({
        database,
        client,
        ...(options.workspaces.length > 0 && { workspaces: options.workspaces }),
        ...(accepted !== undefined && { accepted }),
        ...(options.since !== undefined && { since: options.since }),
        graceSeconds: options.graceSeconds ?? graceSeconds(config.SWEEP_INTERVAL_SECONDS),
        maxIdleSlotSeconds: options.maxIdleSlotSeconds ?? maxIdleSlotSeconds(config.SWEEP_INTERVAL_SECONDS),
        onProgress: (line) => console.error(line),
      }).catch(blameWorkspaceOption);
      if (options.json) console.log(JSON.stringify(report, null, 2));
      else printReport(report, console.log);
      return report.ok ? 0 : EXIT_BREACH;
    } finally {
      await client.connection.close();
    }
  } finally {
    await database.close();
  }
}

function blameWorkspaceOption(cause: unknown): never {
  if (!(cause instanceof WorkspaceNotFoundError)) throw cause;
  throw new AuditUsageError(`--workspace: there is no workspace ${cause.workspaceId} in this database.`, {
    cause,
  });
}

function parseOptions(args: readonly string[]) {
  const values = readOptions(
    args,
    {
      workspace: { type: 'string', multiple: true },
      accepted: { type: 'string' },
      since: { type: 'string' },
      grace: { type: 'string' },
      'max-idle-slot': { type: 'string' },
      json: { type: 'boolean' },
    },
    usage,
  );
  const since = values.since === undefined ? undefined : new Date(values.since);
  if (since !== undefined && Number.isNaN(since.getTime()))
    throw new AuditUsageError(
      `--since ${values.since} is not a time in ISO 8601, as 2026-01-31T12:00:00Z is.`,
    );
  return {
    workspaces: values.workspace ?? [],
    accepted: values.accepted,
    since,
    graceSeconds: seconds('--grace', values.grace),
    maxIdleSlotSeconds: seconds('--max-idle-slot', values['max-idle-slot']),
    json: values.json === true,
  };
}

function seconds(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new AuditUsageError(`${flag} ${value} is not a number of seconds, 0 or more.`);
  return number;
}

interface AuditTarget {
  readonly databaseUrl: string;
  readonly temporal: TemporalSettings;
}

/** The database of `npm start` stands beside the Temporal that it started, when no variable names another. */
function auditTarget(config: Config, temporal: TemporalSettings): AuditTarget {
  if (config.DATABASE_URL !== '') return { databaseUrl: config.DATABASE_URL, temporal };
  const local = databaseUrlHere(config);
  if (temporalIsElsewhere(temporal)) return { databaseUrl: local, temporal };
  const address = `127.0.0.1:${config.LOCAL_TEMPORAL_PORT}`;
  return { databaseUrl: local, temporal: { ...temporal, address } };
}
