/** What a list of workspaces in numbers goes by; after it, and where it says nothing, by id. */
export const NUMBER_SORTS = [
  'id',
  'health',
  'pending',
  'running',
  'oldestWait',
  'waitP95',
  'handoffP99',
  'failures',
] as const;
export type NumberSort = (typeof NUMBER_SORTS)[number];
