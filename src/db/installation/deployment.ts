import type { Deployment } from '../../domain/deployment.ts';
import type { Db } from '../connection/database.ts';
import { deployment } from '../schema.ts';

/** The id is written by the migrations' end. */
export async function readDeployment(db: Db): Promise<Deployment> {
  const { id, namespaceId, namespaceName } = deployment;
  const [row] = await db.select({ id, namespaceId, namespaceName }).from(deployment);
  if (row === undefined)
    throw new Error('The database has no deployment row. Run the migrations: npx sluice migrate');
  return row;
}

/** The id of the installation that this database belongs to. */
export async function deploymentId(db: Db): Promise<string> {
  return (await readDeployment(db)).id;
}
