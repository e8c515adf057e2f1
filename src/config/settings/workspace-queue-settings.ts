import { flag, integer } from './setting.ts';

/** The pool: the workspace queues that worker processes poll, by turns if need be. */
export const workspaceQueueSettings = {
  WORKSPACE_MAX_QUEUES: integer(500, 1, 10_000, 'Workspace queues that one worker process polls at once.'),
  WORKSPACE_UNKNOWN_TYPE_SECONDS: integer(
    60,
    1,
    86_400,
    'How long an execution whose workflow type no worker of the pool knows is offered to them before it fails.',
  ),
  WORKSPACE_QUEUE_LINGER_SECONDS: integer(
    300,
    0,
    86_400,
    'How long a workspace queue is polled after its last work.',
  ),
  WORKSPACE_MAX_CONCURRENT_WORKFLOW_TASKS: integer(
    10,
    2,
    1_000,
    'Workflow tasks of one workspace run at once by one worker process.',
  ),
  WORKSPACE_MAX_CONCURRENT_ACTIVITIES: integer(
    20,
    1,
    1_000,
    'Activities of one workspace run at once by one worker process.',
  ),
  WORKSPACE_MAX_CACHED_WORKFLOWS: integer(
    20,
    2,
    10_000,
    'Workflows of one workspace that one worker process keeps in memory.',
  ),
  WORKSPACE_WORKFLOW_POLLERS: integer(
    2,
    2,
    100,
    'Polls for workflow tasks on each workspace queue by one worker process, sticky ones included.',
  ),
  WORKSPACE_ACTIVITY_POLLERS: integer(
    1,
    1,
    100,
    'Polls for activities on each workspace queue by one worker process.',
  ),
  WORKSPACE_SHARED_THREADS: flag(
    true,
    'Run the workflows of all workspace queues of a process on shared threads. false: a stock SDK Worker a queue, about 40 MB each.',
  ),
  WORKSPACE_WORKFLOW_THREADS: integer(
    1,
    1,
    64,
    'Threads that one worker process runs workspace workflows on, when shared.',
  ),
};
