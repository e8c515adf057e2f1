import { limitConcurrency } from '../async/limit-concurrency.ts';
import { readConfig } from '../config/config.ts';
import { checkDatabase } from '../db/connection/check-database.ts';
import { openDatabase, type Database } from '../db/connection/database.ts';
import { readDeployment } from '../db/installation/deployment.ts';
import { endRestoring } from '../db/restore/end-restoring.ts';
import { findRestoring } from '../db/restore/find-restoring.ts';
import { raiseEpoch } from '../db/restore/raise-epoch.ts';
import { OperatorError } from '../process/operator-error.ts';
import { connectTemporalClient } from '../temporal/connection/client-connection.ts';
import { readTemporalSettings } from '../temporal/connection/temporal-settings.ts';
import { signalGate } from '../temporal/gates/signal-gate.ts';
import { describeNamespace } from '../temporal/namespace/namespace.ts';
import { readOptions, UsageError } from './options.ts';
import { count } from './print/count.ts';
import { costOf } from './restore-cost.ts';

export const usage = `sluice resume --after-restore [--yes]
  Says what may be lost or run twice in the workspaces that start nothing because the database of DATABASE_URL was restored from a backup,
  or lost its last commits in a failover. API and workers may go on running.
  --yes  lets these workspaces go on from the rows that the database has
Exit code: 0 done, or nothing to do; 1 refused or not possible; with no --yes: 1 while workspaces are restoring; 2 wrong arguments.`;

/** Thrown when the command is run against another namespace than the database's. */
class ResumeError extends OperatorError {
  override readonly name = 'ResumeError';
}

/** Wakes under way at once. */
const WAKES_AT_ONCE = 20;

/** The resume process: says what a restore may have cost, and with `--yes` lets the workspaces that it stopped go on. */
export async function run(args: readonly string[]): Promise<number> {
  const { yes } = parseOptions(args);
  const url = readConfig(process.env).DATABASE_URL;
  const database = openDatabase({
    url,
    poolSize: 1,
    applicationName: 'sluice-resume',
    onError: (error) => console.error(`a connection to Postgres broke: ${error.message}`),
  });
  try {
    await checkDatabase(database, url);
    const client = await connectTemporalClient(readTemporalSettings(process.env));
    try {
      const namespace = await describeNamespace(client);
      const deployment = await readDeployment(database.db);
      if (deployment.namespaceId !== null && deployment.namespaceId !== namespace.id)
        throw new ResumeError(
          `The database is bound to the namespace ${deployment.namespaceName} (id ${deployment.namespaceId}), and TEMPORAL_NAMESPACE is ${namespace.name} (id ${namespace.id}). Set it to the bound one, or move the database first: docs/installations.md.`,
        );
      const restoring = await findRestoring(database.db);
      if (restoring.length === 0) {
        console.log('No workspace is restoring: there is nothing to resume.');
        return 0;
      }
      console.log(costOf(restoring, namespace));
      if (!yes) {
        console.log('\nNothing has been changed. `npx sluice resume --after-restore --yes` lets them go on.');
        return 1;
      }
      await resume(database, (workspaceId) =>
        signalGate(client, workspaceId, 'wake', { deployment: deployment.id }),
      );
    } finally {
      await client.connection.close();
    }
  } finally {
    await database.close();
  }
  return 0;
}

async function resume({ db }: Database, wake: (workspaceId: string) => Promise<void>): Promise<void> {
  const epoch = await raiseEpoch(db);
  const inTurn = limitConcurrency(WAKES_AT_ONCE);
  let resumed = 0;
  let notWoken = 0;
  for await (const ids of endRestoring(db)) {
    resumed += ids.length;
    const wakes = await Promise.allSettled(ids.map((id) => inTurn(() => wake(id))));
    notWoken += wakes.filter(({ status }) => status === 'rejected').length;
  }
  console.log(`\n${count(resumed, 'workspace')} of them went on. The deployment's epoch is ${epoch} now.`);
  if (notWoken > 0) console.log(`${count(notWoken, 'gate')} could not be woken; the sweep wakes them.`);
}

function parseOptions(args: readonly string[]): { readonly yes: boolean } {
  const values = readOptions(
    args,
    { 'after-restore': { type: 'boolean', default: false }, yes: { type: 'boolean', default: false } },
    usage,
  );
  if (!values['after-restore']) throw new UsageError(`--after-restore is missing.\n${usage}`);
  return { yes: values.yes };
}
