/** Stands for the module that WORKFLOWS_PATH names. */
declare module 'sluice-user-workflows';

/** Stands for what the process that bundles has configured. */
declare module 'sluice-pool-settings' {
  /** How long an execution of a type that the user's module lacks is offered to workers before it fails. */
  export const unknownTypeSeconds: number;
}
