import { type Client, isGrpcServiceError } from '@temporalio/client';
import { gateWorkflowId } from '../../../src/domain/names.ts';

/** One activity that has not ended, as Temporal's calls name it. */
interface OpenActivity {
  readonly execution: { readonly workflowId: string; readonly runId: string };
  readonly id: string;
}

export interface ActivityDisturber {
  /** Of the gate's watch; of another workspace's when that gate has none. A pause is left to Sluice. */
  watch(act: 'pause' | 'reset', workspaceIds: readonly string[]): Promise<void>;
  /** Of the first of these workflows that has an activity. A pause is taken back after `ms`. */
  child(act: 'pause' | 'reset', workflowIds: readonly string[], ms: number): Promise<void>;
  /** Takes back the pauses of children's activities. */
  heal(): Promise<void>;
}

const NOT_FOUND = 5;
const WHO = { identity: 'chaos', reason: 'chaos' } as const;

/** Pauses and resets activities, as `temporal activity pause|unpause|reset` do. Each call is made within `bounded`. */
export function createActivityDisturber(
  client: Client,
  bounded: <T>(call: () => Promise<T>) => Promise<T>,
): ActivityDisturber {
  const { workflowService } = client;
  const { namespace } = client.options;
  const paused = new Map<OpenActivity, NodeJS.Timeout>();

  const firstActivity = async (workflowIds: readonly string[]): Promise<OpenActivity> => {
    for (const workflowId of workflowIds) {
      const activity = await openActivity(workflowId);
      if (activity !== null) return activity;
    }
    throw new Error('no activity was open');
  };

  const openActivity = async (workflowId: string): Promise<OpenActivity | null> => {
    try {
      const { workflowExecutionInfo, pendingActivities } = await workflowService.describeWorkflowExecution({
        namespace,
        execution: { workflowId },
      });
      const id = pendingActivities[0]?.activityId;
      const runId = workflowExecutionInfo?.execution?.runId;
      return id && runId ? { execution: { workflowId, runId }, id } : null;
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  };

  const disturb = async (act: 'pause' | 'reset', { execution, id }: OpenActivity) => {
    if (act === 'pause') await workflowService.pauseActivity({ namespace, execution, id, ...WHO });
    else await workflowService.resetActivity({ namespace, execution, id, identity: WHO.identity });
  };

  const unpause = async (activity: OpenActivity) => {
    clearTimeout(paused.get(activity));
    const { execution, id } = activity;
    try {
      await bounded(() =>
        workflowService.unpauseActivity({ namespace, execution, id, identity: WHO.identity }),
      );
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    paused.delete(activity);
  };

  return {
    async watch(act, workspaceIds) {
      await bounded(async () => disturb(act, await firstActivity(workspaceIds.map(gateWorkflowId))));
    },
    async child(act, workflowIds, ms) {
      await bounded(async () => {
        const activity = await firstActivity(workflowIds);
        await disturb(act, activity);
        if (act === 'pause')
          paused.set(
            activity,
            setTimeout(() => void unpause(activity).catch(() => {}), ms),
          );
      });
    },
    async heal() {
      // Those whose unpausing met a server that was down are among them.
      for (const activity of paused.keys()) await unpause(activity);
    },
  };
}

/** Whether Temporal said that the activity, or its workflow, has ended meanwhile. */
export function isGone(error: unknown): boolean {
  return isGrpcServiceError(error) && error.code === NOT_FOUND;
}
