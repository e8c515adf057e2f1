import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { OWN_SCHEMA } from '../connection/own-schema.ts';
import type { Grant } from './grant.ts';

export interface ListedGrant extends Grant {
  readonly grantedAt: Date;
  /** Why it has no effect: the role is gone, or lacks the right to the function; null when it has. */
  readonly lacks: 'role' | 'execute' | null;
}

/** Every grant, by role. */
export async function listGrants(db: Db): Promise<ListedGrant[]> {
  const { rows } = await db.execute<ListedGrant & Record<string, unknown>>(sql`
    select g.role, g.workspace_id as "workspaceId", g."right", g.granted_at as "grantedAt",
      case when r.oid is null then 'role' when not (has_schema_privilege(r.oid, ${OWN_SCHEMA}, 'usage') and (
        select bool_and(has_function_privilege(r.oid, p.oid, 'execute')) from pg_proc p
        where p.pronamespace = ${OWN_SCHEMA}::regnamespace and p.proname = g."right"::text)) then 'execute' end as lacks
    from role_grants g left join pg_roles r on r.rolname = g.role
    order by g.role, g.workspace_id, g."right"`);
  return rows.map((row) => ({ ...row, grantedAt: new Date(row.grantedAt) }));
}
