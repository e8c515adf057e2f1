/** What somebody can do to a workspace, a tier, a key or many executions at once: each is kept with who, when, from what to what, and why. */
export const ACTS = [
  'workspace_created',
  'tier_changed',
  'limit_changed',
  'workers_changed',
  'paused',
  'resumed',
  'workspace_deleted',
  'workspace_gone',
  'restore_resumed',
  'tier_settings_changed',
  'key_created',
  'key_rotated',
  'key_revoked',
  'bulk_cancel',
  'bulk_terminate',
  'bulk_rerun',
  'role_granted',
  'role_revoked',
] as const;
export type Act = (typeof ACTS)[number];

/** By which way it came: `itself` is Sluice, as when a pause ends because its time has come; `sql` is a function of Sluice's in somebody's transaction. */
export const CHANGE_SOURCES = ['api', 'command line', 'signal', 'configuration', 'itself', 'sql'] as const;
export type ChangeSource = (typeof CHANGE_SOURCES)[number];

/** The state before or after an act: the fields that it changed, as the API names them. */
export type ChangedState = Readonly<Record<string, unknown>>;
