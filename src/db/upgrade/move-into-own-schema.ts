import type { ClientBase } from 'pg';
import { OWN_SCHEMA } from '../connection/own-schema.ts';
import { firstMigrationWhen } from './schema-version.ts';

/** What releases up to the migration 0009 made in the schema `public`, beside partitions and what belongs to a table. */
const RELATIONS = [
  'all_executions',
  'api_keys',
  'bulk_act_parts',
  'bulk_acts',
  'changes',
  'deployment',
  'ended_executions',
  'events',
  'executions',
  'legacy_executions',
  'legacy_executions_progress',
  'limit_changes',
  'payloads',
  'sampler',
  'stall_round',
  'stalled_executions',
  'tier_changes',
  'tiers',
  'workflow_types',
  'workspace_deletions',
  'workspace_samples',
  'workspaces',
];

const TYPES = [
  'act',
  'bulk_act',
  'change_source',
  'event_kind',
  'execution_status',
  'limit_change_source',
  'payload_kind',
  'stall_reason',
  'tier',
  'workspace_workers',
];

/** Partitions go with their tables; one that retention has detached, or somebody else, is known by its name. */
const MOVE = `
  do $$
  declare
    statement text;
  begin
    for statement in
      with recursive ours as (
        select oid, relkind from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')
          and (relname = any (array[${RELATIONS.map((name) => `'${name}'`).join(', ')}]) or relname ~ '^(ended_executions|payloads|events)_[0-9]+(_[0-9]+)?$')
        union
        select c.oid, c.relkind from ours join pg_inherits on inhparent = ours.oid join pg_class c on c.oid = inhrelid)
      select format('alter %s %s set schema ${OWN_SCHEMA}', case relkind when 'v' then 'view' else 'table' end, oid::regclass) from ours
      union all
      select format('alter type %s set schema ${OWN_SCHEMA}', oid::regtype) from pg_type
      where typnamespace = 'public'::regnamespace and typtype = 'e'
        and typname = any (array[${TYPES.map((name) => `'${name}'`).join(', ')}])
    loop execute statement; end loop;
  end $$`;

/** Who has rights on the tables needs the schema too, and has the same on tables to come. */
const GRANT = `
  do $$
  declare
    statement text;
  begin
    for statement in
      select distinct format('grant usage on schema ${OWN_SCHEMA} to %I', grantee::regrole)
      from pg_class, aclexplode(relacl) where relnamespace = '${OWN_SCHEMA}'::regnamespace and grantee <> 0 and grantee <> relowner
      union all
      select format('alter default privileges in schema ${OWN_SCHEMA} grant %s on %s to %s', privilege_type,
        case defaclobjtype when 'S' then 'sequences' else 'tables' end, grantee::regrole)
      from pg_default_acl, aclexplode(defaclacl)
      where defaclnamespace = 'public'::regnamespace and defaclrole = current_user::regrole and defaclobjtype in ('r', 'S') and grantee <> 0
    loop execute statement; end loop;
  end $$`;

/**
 * Moves what an older release has made in the schema `public` into the schema of Sluice's own, in one transaction: beside a service's tables names such as
 * `workspaces` and `events` are likely to be taken. Rows stay where they are. Does nothing where that is done or was never needed.
 *
 * Processes of the older release find no table afterwards.
 */
export async function moveIntoOwnSchema(client: ClientBase, log: (line: string) => void): Promise<void> {
  if (!(await isInPublic(client))) return;
  log(`moving all tables from the schema public into the schema ${OWN_SCHEMA}`);
  // One message, so one transaction, of which nothing is left when it fails.
  await client.query(`
    create schema if not exists ${OWN_SCHEMA};
    set local search_path = public;
    ${MOVE};
    alter table drizzle.__drizzle_migrations set schema ${OWN_SCHEMA};
    ${GRANT}`);
}

async function isInPublic(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ isJournal: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null and to_regclass('public.workspaces') is not null as "isJournal"`,
  );
  if (!rows[0]!.isJournal) return false;
  // Somebody else's migrations may be kept by the same library.
  const { rowCount } = await client.query('select from drizzle.__drizzle_migrations where created_at = $1', [
    firstMigrationWhen(),
  ]);
  return rowCount === 1;
}
