import { readConfig } from '../config/config.ts';
import { moveToNamespace } from '../db/installation/bind-namespace.ts';
import { checkDatabase } from '../db/connection/check-database.ts';
import { openDatabase, type Database } from '../db/connection/database.ts';
import { countExecutions } from '../db/executions/count-executions.ts';
import { readDeployment } from '../db/installation/deployment.ts';
import type { Deployment } from '../domain/deployment.ts';
import { connectTemporalClient } from '../temporal/connection/client-connection.ts';
import { readTemporalSettings } from '../temporal/connection/temporal-settings.ts';
import {
  type NamespaceFacts,
  describeNamespace,
  refuseShortRetention,
} from '../temporal/namespace/namespace.ts';
import { sweepScheduleOwner, takeSchedules } from '../temporal/namespace/schedule-owner.ts';
import { OperatorError } from '../process/operator-error.ts';
import { readOptions, UsageError } from './options.ts';

export const usage = `sluice bind --to NAMESPACE [--force] [--take-over]
  Binds the database of DATABASE_URL to a namespace of the Temporal server at TEMPORAL_ADDRESS. Stop API and workers first.
  --force      also when executions run: the namespace has none of their workflows, so each ends as OutcomeUnknown
  --take-over  also when the namespace is another installation's: that one must be gone for good
Exit code: 0 bound, 1 refused or not possible, 2 wrong arguments.`;

/** Thrown when the database is not moved for a reason that the operator can overrule. */
class BindError extends OperatorError {
  override readonly name = 'BindError';
}

interface BindOptions {
  readonly to: string;
  readonly force: boolean;
  readonly takeOver: boolean;
}

/** The bind process: moves a database to another namespace on purpose, says what it did, and ends. */
export async function run(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const url = readConfig(process.env).DATABASE_URL;
  const temporal = { ...readTemporalSettings(process.env), namespace: options.to };
  const database = openDatabase({
    url,
    poolSize: 1,
    applicationName: 'sluice-bind',
    onError: (error) => console.error(`a connection to Postgres broke: ${error.message}`),
  });
  try {
    await checkDatabase(database, url);
    const client = await connectTemporalClient(temporal);
    try {
      const namespace = await describeNamespace(client);
      refuseShortRetention(namespace);
      const deployment = await readDeployment(database.db);
      const owner = await sweepScheduleOwner(client);
      const isOthers = owner !== null && owner !== deployment.id;
      if (isOthers && !options.takeOver) throw new BindError(takenText(options, owner));
      await bind(database, deployment, namespace, options);
      if (isOthers) {
        await takeSchedules(client, deployment.id);
        console.log(`The namespace ${namespace.name} was that of deployment ${owner} and is now this one's.`);
        console.log(
          'Its open gates are replaced by the sweep as their workspaces get work, within a few intervals.',
        );
      }
    } finally {
      await client.connection.close();
    }
  } finally {
    await database.close();
  }
  return 0;
}

async function bind(
  database: Database,
  deployment: Deployment,
  namespace: NamespaceFacts,
  { force }: BindOptions,
): Promise<void> {
  if (deployment.namespaceId === namespace.id) {
    console.log(`The database (deployment ${deployment.id}) is bound to ${named(namespace)} already.`);
    return;
  }
  const { running, pending } = await countExecutions(database.db);
  const before =
    deployment.namespaceId === null
      ? 'was not bound'
      : `was bound to ${named({ id: deployment.namespaceId, name: deployment.namespaceName ?? '?' })}`;
  if (running > 0 && deployment.namespaceId !== null && !force)
    throw new BindError(
      `${running} executions run, and the database ${before}.\n` +
        `  In ${named(namespace)} their workflows are not found, unless that is a copy of the first: some minutes after the workers start, each of them ends as failed with OutcomeUnknown, is never run again, and its slot is free.\n` +
        '  If the first namespace still exists, start Sluice with it and let them end. If it is lost, repeat this with --force.',
    );
  await moveToNamespace(database.db, namespace);
  console.log(
    `The database (deployment ${deployment.id}) ${before}, and is now bound to ${named(namespace)}.`,
  );
  console.log(`${pending} executions wait and start there in their order.`);
  if (running > 0)
    console.log(
      `${running} executions run according to the database. Executions that ${namespace.name} does not know end as failed with OutcomeUnknown some minutes after the workers start, and are never run again: whether they had their effect, somebody has to find out.`,
    );
  console.log(`Start API and workers with TEMPORAL_NAMESPACE=${namespace.name}.`);
}

function takenText({ to }: BindOptions, owner: string): string {
  return (
    `The namespace ${to} is that of deployment ${owner}.\n` +
    '  Choose another namespace. If that installation is gone for good, with its API and its workers, repeat this with --take-over.'
  );
}

function named({ id, name }: Pick<NamespaceFacts, 'id' | 'name'>): string {
  return `the namespace ${name} (id ${id})`;
}

function parseOptions(args: readonly string[]): BindOptions {
  const values = readOptions(
    args,
    {
      to: { type: 'string' },
      force: { type: 'boolean', default: false },
      'take-over': { type: 'boolean', default: false },
    },
    usage,
  );
  if (!values.to) throw new UsageError(`--to NAMESPACE is missing.\n${usage}`);
  return { to: values.to, force: values.force, takeOver: values['take-over'] };
}
