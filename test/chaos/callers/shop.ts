import { grantAll } from '../../support/sql-callers.ts';
import { onServer } from '../../../src/db/server/on-server.ts';

/** The role that callers connect as, and the schema of their own tables. */
export const SHOP = 'shop';
const PASSWORD = 'shop';

/**
 * Makes the callers' side of a database that is theirs and Sluice's: a role that may enqueue and change tiers, and tables of its own, whose rows say
 * what its transactions committed. Returns the URL by which they connect.
 */
export async function makeShop(databaseUrl: string): Promise<string> {
  await onServer(databaseUrl, async (client) => {
    await client.query(`
      create role ${SHOP} login password '${PASSWORD}';
      create schema ${SHOP} authorization ${SHOP};
      create table ${SHOP}.orders (
        transaction text not null, nth integer not null, workspace_id text not null, execution_id uuid not null, key text,
        workflow_type text not null, input text, start_before timestamptz, at timestamptz not null,
        primary key (transaction, nth));
      create table ${SHOP}.plans (transaction text primary key, workspace_id text not null, tier text not null);
      alter table ${SHOP}.orders owner to ${SHOP};
      alter table ${SHOP}.plans owner to ${SHOP};`);
  });
  await grantAll(databaseUrl, SHOP);
  const url = new URL(databaseUrl);
  url.username = SHOP;
  url.password = PASSWORD;
  return url.toString();
}
