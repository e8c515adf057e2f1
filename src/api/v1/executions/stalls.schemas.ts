import Type, { type Static } from 'typebox';
import { STALL_REASONS } from '../../../domain/stall.ts';
import { textEnum } from '../../openapi/text-enum.ts';

const common = {
  reason: textEnum(STALL_REASONS, {
    description:
      '`task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll ' +
      'its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.',
  }),
  message: Type.String({ description: 'The same for people.' }),
  since: Type.String({ format: 'date-time', description: 'From when on.' }),
};

export const StalledExecution = Type.Object(common);
export type StalledExecution = Static<typeof StalledExecution>;

const LastTaskFailure = Type.Object({
  cause: Type.String({
    description: "Temporal's name of the cause.",
    examples: ['NON_DETERMINISTIC_ERROR', 'WORKFLOW_WORKER_UNHANDLED_FAILURE', 'TIMED_OUT'],
  }),
  message: Type.String({ description: "The worker's own words, up to 1,000 characters." }),
  attempt: Type.Integer({ description: 'How often the task was tried since it last succeeded.' }),
  since: Type.String({ format: 'date-time', description: 'When it failed first.' }),
});
export type LastTaskFailure = Static<typeof LastTaskFailure>;

const StalledWorkspace = Type.Object({
  executions: Type.Integer({ minimum: 1, description: 'How many of its running executions are stalled.' }),
  ...common,
});
export type StalledWorkspace = Static<typeof StalledWorkspace>;

/** Fields of an execution. */
export const executionStall = {
  stalled: Type.Union([StalledExecution, Type.Null()], {
    description:
      'Why it runs and cannot make progress; null when it can, or when it has not been checked since. An execution that waits for a ' +
      'timer, an activity or a signal is not stalled. Seen after `STALLED_AFTER_SECONDS`.',
  }),
  lastTaskFailure: Type.Union([LastTaskFailure, Type.Null()], {
    description: 'While it is stalled because its workflow task fails: how.',
  }),
};

/** A field of a workspace and of its gate. */
export const workspaceStall = {
  stalled: Type.Union([StalledWorkspace, Type.Null()], {
    description:
      'Its running executions that cannot make progress, with the reason of the one that has not for longest; null when there is none.',
  }),
};
