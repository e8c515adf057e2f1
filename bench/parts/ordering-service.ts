import type { Database } from '../../src/db/connection/database.ts';
import { addGrant } from '../../src/db/grants/add-grant.ts';
import { ALL_WORKSPACES } from '../../src/domain/keys/rights.ts';

/** A service's statements are prepared once for each of its connections. */
interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** $1 customer, $2 order. */
export const INSERT_ORDER: Prepared = {
  name: 'insert-order',
  text: 'insert into orders (customer, content) values ($1, $2)',
};

/** $1 workspace, $2 workflow type, $3 input, $4 idempotency key. */
export const ENQUEUE: Prepared = {
  name: 'enqueue',
  text: 'select sluice.enqueue($1, $2, $3::text, idempotency_key => $4) as id',
};

/** The row that `sluice.enqueue` writes, of the same parameters, without anything that it looks up or refuses. */
export const BARE_INSERT: Prepared = {
  name: 'bare-insert',
  text: `insert into bare_inbox (id, workspace_id, kind, workflow_type, input, idempotency_key, "by")
    values (uuidv7(), $1, 'enqueue', $2, $3::text, $4, 'role:ordering') returning id`,
};

/** What its executions run: a workflow that ends at once. */
export const WORKFLOW_TYPE = 'nothing';

const ROLE = 'ordering';
const PASSWORD = 'ordering';

/**
 * Makes what a service has that enqueues in its own transactions: a role that may enqueue for every workspace, its table `orders`, and for the
 * comparison a table with the inbox's columns, defaults and indexes. Gives the role's URL.
 */
export async function makeOrderingService(database: Database, databaseUrl: string): Promise<string> {
  await database.pool.query(`
    do $$ begin
      if not exists (select from pg_roles where rolname = '${ROLE}') then
        create role ${ROLE} login password '${PASSWORD}';
      end if;
    end $$;
    create table public.orders (id bigint generated always as identity primary key, customer text not null, content jsonb not null,
      placed_at timestamptz not null default now());
    create table public.bare_inbox (like inbox including all);
    grant select, insert on public.orders, public.bare_inbox to ${ROLE}`);
  const grant = { role: ROLE, workspaceId: ALL_WORKSPACES, right: 'enqueue' } as const;
  await addGrant(database, grant, { by: null, source: 'command line' });
  return Object.assign(new URL(databaseUrl), { username: ROLE, password: PASSWORD }).toString();
}
