import proto, { type temporal } from '@temporalio/proto';

/** A run that ends or continues as new is refused when something came meanwhile: it looks again, and nothing is wrong. */
const END_REFUSED =
  proto.temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;

/** Whether an event says that a workflow task failed, other than by being refused its end. */
export function isFailedTask(event: temporal.api.history.v1.IHistoryEvent): boolean {
  const task = event.workflowTaskFailedEventAttributes;
  return task != null && task.cause !== END_REFUSED;
}
