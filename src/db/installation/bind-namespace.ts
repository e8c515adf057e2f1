import { isNull, sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import type { Deployment } from '../../domain/deployment.ts';
import { readDeployment } from './deployment.ts';
import { deployment } from '../schema.ts';

type Named = { readonly id: string; readonly name: string };

/** Binds a database that is not bound yet; of several at once one does. Returns the binding in force, which may be another's. */
export async function bindNamespace(db: Db, namespace: Named): Promise<Deployment> {
  await db.update(deployment).set(bindingTo(namespace)).where(isNull(deployment.namespaceId));
  return await readDeployment(db);
}

/** Moves a database to another namespace, whatever it was bound to. */
export async function moveToNamespace(db: Db, namespace: Named): Promise<void> {
  await db.update(deployment).set(bindingTo(namespace));
}

function bindingTo({ id, name }: Named) {
  return { namespaceId: id, namespaceName: name, boundAt: sql`clock_timestamp()` };
}
