export * from './schema/events.ts';
export * from './schema/executions.ts';
export * from './schema/keys.ts';
export * from './schema/stalls.ts';
export * from './schema/workspaces.ts';
