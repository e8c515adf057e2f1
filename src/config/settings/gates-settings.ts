import { flag, integer, zeroOrInteger } from './setting.ts';

/**
 * A gate's run has some 15 events before it has admitted anything, and Temporal begins at most one run a second. Measured with 30
 * executions of no length in five slots: with 12 events or fewer gates did little but continue as new; from 30 on it does not show.
 */
const CONTINUE_AS_NEW_AFTER_EVENTS_MIN = 40;

/** Gates, the sweep, retention and the stall watch. */
export const gatesSettings = {
  SWEEP_INTERVAL_SECONDS: integer(
    30,
    1,
    3600,
    'How often the sweep searches for workspaces that a lost wake left behind.',
  ),
  RETENTION_INTERVAL_SECONDS: integer(
    3_600,
    60,
    86_400,
    'How often partitions are made ahead, and those past their retention are dropped.',
  ),
  STALLED_AFTER_SECONDS: integer(
    60,
    1,
    86_400,
    'An execution whose workflow task fails, or waits for a worker, for this long is shown as stalled. Workers with the role gates check four times within it.',
  ),
  GATES_MAX_CACHED_WORKFLOWS: integer(
    1_000,
    10,
    100_000,
    'Gates that one worker process keeps in memory; about 0.5 MB each when hot.',
  ),
  GATES_MAX_CONCURRENT_WORKFLOW_TASKS: integer(
    40,
    2,
    1_000,
    'Gate workflow tasks run at once by one worker process.',
  ),
  GATES_MAX_CONCURRENT_RECONCILES: integer(
    40,
    1,
    1_000,
    'Local activities (reconcile, sweep) run at once by one worker process.',
  ),
  GATES_MAX_CONCURRENT_WATCHES: integer(
    1_000,
    1,
    10_000,
    'Watches of adopted children run at once by one worker process; one a gate.',
  ),
  GATES_WATCH_OVERDUE_SECONDS: integer(
    45,
    5,
    3_600,
    'A watch of adopted children that has not answered for this long is given up for another one when its gate is next woken.',
  ),
  GATES_WORKFLOW_POLLERS: integer(5, 2, 100, 'Polls for gate workflow tasks by one worker process.'),
  GATES_CONTINUE_AS_NEW_AFTER_EVENTS: zeroOrInteger(
    CONTINUE_AS_NEW_AFTER_EVENTS_MIN,
    50_000,
    'Gates continue as new after this many events; 0: when Temporal suggests it. Open gates follow a change at their next reconcile.',
  ),
  GATES_STACK_TRACES: flag(
    false,
    "Take a stack trace at each promise of a gate, for the Web UI's Call Stack of gates. It costs processor time at each handoff; of the executions' workflows they are always taken.",
  ),
  GATES_RESERVATIONS: flag(
    false,
    'Let gates start the next execution in the place of one that ended before Postgres hears of either; both are recorded within about a second, and at once while a request or a stream waits for them. Set it for the API as for the workers. Open gates follow a change at their next reconcile.',
  ),
  GATES_RESIZE_BY_SIGNAL: flag(
    true,
    'Let a signal `resize` with a number, or null, set the override. false: such signals are ignored with a warning, and limits change by the API alone.',
  ),
};
