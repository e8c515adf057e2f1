import type { RequestedOverride, ReconcileRequest } from '../../workflows/gate/contract.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';
import { LOCKED_WORKSPACE, rememberingPlace } from '../workspaces/lock-workspace.ts';

/**
 * Make the workspace's `limit_in_force` what its tier, its override and the overrides asked for by signal come to, each signal once, and
 * write every change into the record of limits and among the events. They read the tier's row under the workspace's lock, and do not lock it.
 */
export function putLimitInForce(request: ReconcileRequest): Statement[] {
  return [...request.overrideWishes.map((asked) => grantOverride(request.workspaceId, asked)), followTier()];
}

function grantOverride(workspaceId: string, request: RequestedOverride): Statement {
  return {
    name: 'grant-override',
    text: `
      with granted as (
        insert into limit_changes (workspace_id, source, tier, limit_override, "limit", signal_key)
        select id, 'signal', tier, $2::integer, coalesce($2::integer, t."limit"), $3::text
        from workspaces join tiers t on t.name = tier where workspaces.${LOCKED_WORKSPACE} and not ($4::boolean and exists (
          select from (
            select limit_override from limit_changes where workspace_id = $1 and source = 'signal' order by id desc limit 1
          ) newest where newest.limit_override is not distinct from $2::integer))
        on conflict (signal_key) do nothing
        returning workspace_id, limit_override, "limit"),
      recorded as (
        insert into changes (workspace_id, act, source, "from", "to")
        select w.id, 'limit_changed', 'signal', jsonb_build_object('limitOverride', w.limit_override, 'limit', w.limit_in_force),
          jsonb_build_object('limitOverride', granted.limit_override, 'limit', granted."limit")
        from granted join workspaces w on w.id = granted.workspace_id
        where w.limit_override is distinct from granted.limit_override),
      changed as (
        update workspaces set limit_override = granted.limit_override, limit_in_force = granted."limit", last_event = last_event + 1
        from granted where workspaces.${LOCKED_WORKSPACE}
        returning id, last_event, ${rememberingPlace('workspaces.ctid')})
      insert into events (workspace_id, number, kind) select id, last_event, 'workspace_changed' from changed`,
    values: [workspaceId, request.limitOverride, request.key, request.maybeRepeated ?? false],
  };
}

/** The row of a tier may have changed since. */
function followTier(): Statement {
  return {
    name: 'follow-tier',
    text: `
      with changed as (
        update workspaces set limit_in_force = coalesce(limit_override, t."limit"), last_event = last_event + 1 from tiers t
        where workspaces.${LOCKED_WORKSPACE} and t.name = tier and limit_in_force <> coalesce(limit_override, t."limit")
        returning id, tier, limit_override, limit_in_force, last_event, ${rememberingPlace('workspaces.ctid')}),
      told as (
        insert into events (workspace_id, number, kind) select id, last_event, 'workspace_changed' from changed)
      insert into limit_changes (workspace_id, source, tier, limit_override, "limit")
      select id, 'tier', tier, limit_override, limit_in_force from changed`,
    values: [],
  };
}
