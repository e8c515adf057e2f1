/**
 * How long a workflow task waits for the process that has the workflow in memory before any other may take it. It is what a killed
 * worker's gates and executions wait at most; the SDK's default is 10 s. A living process that is behind by more than this only loses
 * the task to one that replays the history.
 */
export const STICKY_TIMEOUT_MS = 2_000;
