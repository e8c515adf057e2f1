/** Fails the workflow task and not the execution, so that Temporal offers the task again. */
export class TaskOnlyError extends Error {
  override readonly name = 'TaskOnlyError';
}
