import type { Client } from '@temporalio/client';
import { bindNamespace } from '../../db/installation/bind-namespace.ts';
import type { Db } from '../../db/connection/database.ts';
import { readDeployment } from '../../db/installation/deployment.ts';
import type { Deployment } from '../../domain/deployment.ts';
import type { Log } from '../../process/log.ts';
import { refuseOtherNamespace, refuseOtherOwner } from '../../temporal/namespace/installation.ts';
import type { NamespaceFacts } from '../../temporal/namespace/namespace.ts';
import { sweepScheduleOwner } from '../../temporal/namespace/schedule-owner.ts';

/**
 * Makes sure that database and namespace belong together, before anything of this process works on them; the first worker of an installation
 * binds its database.
 *
 * @throws NamespaceMismatchError, NamespaceTakenError
 */
export async function joinNamespace(
  db: Db,
  client: Client,
  namespace: NamespaceFacts,
  log: Log,
): Promise<Deployment> {
  const before = await readDeployment(db);
  refuseOtherNamespace(before, namespace);
  // Before the database is bound: a second installation's must not become that of the first one's namespace.
  refuseOtherOwner(before, await ownerIfReadable(client, log), namespace.name);
  const deployment = await bindNamespace(db, namespace);
  refuseOtherNamespace(deployment, namespace);
  if (before.namespaceId === null)
    log.info(
      { deployment: deployment.id, namespace: namespace.name },
      'the database is bound to its namespace',
    );
  return deployment;
}

/** Schedules may be off, or forbidden: then gates and their reconciles still tell two installations apart. */
async function ownerIfReadable(client: Client, log: Log): Promise<string | null> {
  try {
    return await sweepScheduleOwner(client);
  } catch (error) {
    log.warn({ error }, 'the sweep schedule could not be read, so whose namespace this is was not checked');
    return null;
  }
}
