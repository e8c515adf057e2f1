import type { Db } from './client.ts';
import { deployment } from './schema.ts';

/** The id of the installation that this database belongs to, as written by the migrations' end. */
export async function deploymentId(db: Db): Promise<string> {
  const [row] = await db.select({ id: deployment.id }).from(deployment);
  if (row === undefined)
    throw new Error('The database has no deployment row. Run the migrations: node dist/src/migrate.js');
  return row.id;
}
