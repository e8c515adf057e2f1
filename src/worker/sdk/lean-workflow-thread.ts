import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';

/**
 * A thread of the SDK's for workflows, which takes no stack trace at each promise. The SDK's own does, for the query `__stack_trace`; here
 * that query says that traces are not enabled. Stacks of errors stay as they are.
 */
Object.assign(globalHandlers, { setPromiseHook: () => {} });
await import('@temporalio/worker/lib/workflow/workflow-worker-thread.js');
