import type { TierConfigs } from '../../domain/tier.ts';
import type { RequestedOverride, ReconcileRequest } from '../../workflows/gate/contract.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';

/** `$2` is an object of each tier's limit. */
const LIMIT_OF_TIER = '($2::jsonb ->> tier::text)::integer';

/**
 * Make the workspace's `limit_in_force` what its tier, its override and the overrides asked for by signal come to, each signal once, and
 * write every change into the record of limits.
 */
export function putLimitInForce(request: ReconcileRequest, tiers: TierConfigs): Statement[] {
  const limits = JSON.stringify(
    Object.fromEntries(Object.entries(tiers).map(([tier, { concurrentLimit }]) => [tier, concurrentLimit])),
  );
  return [
    ...request.overrideWishes.map((asked) => grantOverride(request.workspaceId, limits, asked)),
    followConfiguration(request.workspaceId, limits),
  ];
}

function grantOverride(workspaceId: string, limits: string, request: RequestedOverride): Statement {
  return {
    name: 'grant-override',
    text: `
      with granted as (
        insert into limit_changes (workspace_id, source, tier, limit_override, "limit", signal_key)
        select id, 'signal', tier, $3::integer, coalesce($3::integer, ${LIMIT_OF_TIER}), $4::text
        from workspaces where id = $1 and not ($5::boolean and exists (
          select from (
            select limit_override from limit_changes where workspace_id = $1 and source = 'signal' order by id desc limit 1
          ) newest where newest.limit_override is not distinct from $3::integer))
        on conflict (signal_key) do nothing
        returning limit_override, "limit")
      update workspaces set limit_override = granted.limit_override, limit_in_force = granted."limit"
      from granted where id = $1`,
    values: [workspaceId, limits, request.limitOverride, request.key, request.maybeRepeated ?? false],
  };
}

/** The configuration of a tier may have changed since. */
function followConfiguration(workspaceId: string, limits: string): Statement {
  return {
    name: 'follow-configuration',
    text: `
      with changed as (
        update workspaces set limit_in_force = coalesce(limit_override, ${LIMIT_OF_TIER})
        where id = $1 and limit_in_force <> coalesce(limit_override, ${LIMIT_OF_TIER})
        returning id, tier, limit_override, limit_in_force)
      insert into limit_changes (workspace_id, source, tier, limit_override, "limit")
      select id, 'configuration', tier, limit_override, limit_in_force from changed`,
    values: [workspaceId, limits],
  };
}
