import type { ClientBase, Pool } from 'pg';

/** Appends an event to each workspace, in order, in one transaction and as the product does; a name that comes twice gets two. */
export async function happen(client: Pool | ClientBase, workspaceIds: readonly string[]): Promise<void> {
  await client.query(
    `with counted as (
       update workspaces w set last_event = w.last_event + v.n
       from (select id, count(*) as n from unnest($1::text[]) as id group by id) as v where w.id = v.id
       returning w.id, w.last_event - v.n as before)
     insert into events (workspace_id, number, kind)
     select id, before + row_number() over (partition by id order by n), 'workspace_changed'
     from counted join unnest($1::text[]) with ordinality as v (id, n) using (id) order by n`,
    [workspaceIds],
  );
}
