import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import pg from 'pg';
import { SWEEP_SCHEDULE_ID, executionWorkflowId, gateWorkflowId } from '../../../src/domain/names.ts';
import type { AcceptedLog } from '../load/accepted-log.ts';
import { createAimed } from './aimed.ts';
import { createActivityDisturber, isGone } from './disturb-activities.ts';
import { createWorkflowDisturber } from './disturb-workflows.ts';
import { CHAOS_TIERS, type Installation } from '../processes/installation.ts';
import { WORKSPACES } from '../load/load.ts';
import { type Fault, describeFault } from './plan.ts';
import { createSteering } from './steering.ts';
import { createReadOnlyFailover } from './read-only.ts';

/** A call to a server that is down right now is given up after this long: the fault did not land. */
const CALL_TIMEOUT_MS = 4_000;

/** Workflow types whose run goes on for a moment and never continues as another run. */
const DISTURBED_TYPES = ['brief', 'steps', 'overlong'];

/** Workflow types that have an activity most of the time. */
const TYPES_WITH_ACTIVITIES = ['brief', 'steps', 'continuing', 'failing'];

export interface FaultSurroundings {
  readonly installation: Installation;
  readonly client: Client;
  readonly pool: pg.Pool;
  readonly accepted: AcceptedLog;
}

/** What has been done to the installation so far. */
export interface FaultRecord {
  /** Killed processes, by kind. */
  readonly kills: Record<'api' | 'worker' | 'temporal' | 'postgres' | 'foreign' | 'caller', number>;
  /** Faults that landed and that did not, by what they are. */
  readonly landed: Record<string, number>;
  readonly missed: Record<string, number>;
  /** Executions that ended in the same moment in which they were reset: they run again, by an operator's act. */
  readonly resetAfterEnd: string[];
}

export interface Faults {
  readonly record: FaultRecord;
  /** Does one; never rejects. Returns why it did not land, or null. */
  inject(fault: Fault): Promise<string | null>;
  /** Takes back what does not end by itself: frozen processes, a failover, a paused sweep, children's paused activities, a paused workspace, a limit that was cut, a deleted one; bulk acts are all accepted. */
  heal(): Promise<void>;
}

/** How the planned faults are done to a running installation. */
export function createFaults({ installation, client, pool, accepted }: FaultSurroundings): Faults {
  const record: FaultRecord = {
    kills: { api: 0, worker: 0, temporal: 0, postgres: 0, foreign: 0, caller: 0 },
    landed: {},
    missed: {},
    resetAfterEnd: [],
  };
  const { processes } = installation;
  const sweep = client.schedule.getHandle(SWEEP_SCHEDULE_ID);
  let unpauseAt: NodeJS.Timeout | undefined;

  const temporally = <T>(call: () => Promise<T>) => client.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);
  const workflows = createWorkflowDisturber(client);
  const activities = createActivityDisturber(client, temporally);
  const failover = createReadOnlyFailover(installation.databaseUrl);

  const inject = async (fault: Fault): Promise<void> => {
    switch (fault.kind) {
      case 'kill': {
        const hit = fault.targets.filter((name) => processes[name].kill('SIGKILL', fault.downMs));
        for (const name of hit) record.kills[name.replace(/-\d$/, '') as keyof FaultRecord['kills']] += 1;
        if (hit.length === 0) throw new Error('it was not up');
        return;
      }
      case 'postgres-immediate':
        if (!processes.postgres.kill('SIGQUIT', fault.downMs)) throw new Error('it was not up');
        return;
      case 'freeze':
        if (!processes[fault.target].freeze(fault.ms)) throw new Error('it was not up');
        return;
      case 'gate':
        return await temporally(() => workflows.gate(fault.act, fault.workspaceId, fault.where));
      case 'child': {
        const children = await runningChildren(fault.workspaceId, DISTURBED_TYPES);
        const executionId = children[Math.floor(fault.where * children.length)];
        if (executionId === undefined) throw new Error('no child was running');
        const done = await temporally(() => workflows.child(fault.act, executionId));
        if (done === 'ended-before') record.resetAfterEnd.push(executionId);
        return;
      }
      case 'watch':
        return await activities.watch(fault.act, startingWith(fault.workspaceId));
      case 'activity': {
        const children = await runningChildren(fault.workspaceId, TYPES_WITH_ACTIVITIES);
        const first = Math.floor(fault.where * children.length);
        const order = [...children.slice(first), ...children.slice(0, first)].map(executionWorkflowId);
        return await activities.child(fault.act, order, fault.ms);
      }
      case 'read-only':
        return await failover.begin(fault.ms);
      case 'pause-sweep':
        await temporally(() => sweep.pause('chaos'));
        clearTimeout(unpauseAt);
        unpauseAt = setTimeout(() => void unpause().catch(() => {}), fault.ms);
        return;
      case 'cut-connections':
        await pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        );
        return;
      case 'signal-burst':
        return await temporally(() => signalAtOnce(fault.workspaceId, fault.count));
      case 'resize':
        return await callApi('PATCH', `/v1/workspaces/${fault.workspaceId}`, fault.settings);
      case 'resize-tier':
        return await callApi('PUT', `/v1/tiers/${fault.tier}`, {
          ...CHAOS_TIERS[fault.tier],
          limit: fault.limit,
        });
      case 'pause':
        return await steering.pause(fault);
      case 'delete':
        return await steering.deleteAndPut(fault.ms);
      case 'bulk':
        return await steering.actInBulk(fault);
      case 'executions':
        for (const { executionId } of accepted.newest(fault.workspaceId, fault.count))
          await callApi('POST', `/v1/workspaces/${fault.workspaceId}/executions/${executionId}/${fault.act}`);
        return;
      case 'cut':
        return await aimed.cut(fault);
      case 'head':
        return await aimed.endHead(fault);
      case 'gate-after-end':
        return await aimed.disturbAfterEnd(fault);
      default:
        throw new Error(`unknown fault ${JSON.stringify(fault satisfies never)}`);
    }
  };

  /** Of one workspace: of another one when this has none. Newest first. */
  const runningChildren = async (workspaceId: string, types: readonly string[]): Promise<string[]> => {
    const { rows } = await pool.query<{ id: string }>(
      `select id from (
         select id, seq, rank() over (order by workspace_id = $1 desc, workspace_id) as choice from all_executions
         where status = 'running' and workflow_type = any($2)) running
       where choice = 1 order by seq desc`,
      [workspaceId, types],
    );
    return rows.map(({ id }) => id);
  };

  const signalAtOnce = async (workspaceId: string, count: number) => {
    const handle = client.workflow.getHandle(gateWorkflowId(workspaceId));
    const signals = await Promise.allSettled(Array.from({ length: count }, () => handle.signal('wake')));
    const refused = signals.find((signal) => signal.status === 'rejected');
    if (refused && signals.every((signal) => signal.status === 'rejected')) throw refused.reason;
  };

  const callApi = async (method: string, path: string, body?: object, headers = {}) => {
    let last = '';
    for (const url of installation.apiUrls) {
      try {
        const response = await fetch(`${url}${path}`, {
          method,
          headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
          ...(body && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
        });
        last = `${response.status} ${await response.text()}`;
        if (response.ok) return;
      } catch (error) {
        last = String(error);
      }
    }
    throw new Error(last);
  };

  const steering = createSteering(callApi);
  const aimed = createAimed({ pool, workflows, callApi, temporally });
  const unpause = () => temporally(() => sweep.unpause('chaos'));

  return {
    record,
    async inject(fault) {
      const name = nameOf(fault);
      try {
        await inject(fault);
        record.landed[name] = (record.landed[name] ?? 0) + 1;
        return null;
      } catch (error) {
        record.missed[name] = (record.missed[name] ?? 0) + 1;
        if (error instanceof WorkflowNotFoundError || isGone(error)) return 'it had just ended';
        return error instanceof Error ? error.message.split('\n')[0]! : describeFault(fault);
      }
    },
    async heal() {
      clearTimeout(unpauseAt);
      for (const supervised of Object.values(processes)) supervised.thaw();
      await Promise.all(Object.values(processes).map(({ up }) => up()));
      await failover.end();
      await unpause();
      await activities.heal();
      await steering.heal();
      await aimed.heal();
    },
  };
}

/** All workspaces, the given one first. */
function startingWith(workspaceId: string): string[] {
  return [workspaceId, ...WORKSPACES.map(({ id }) => id).filter((id) => id !== workspaceId)];
}

function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case 'gate':
    case 'child':
    case 'watch':
    case 'activity':
    case 'executions':
    case 'head':
    case 'gate-after-end':
    case 'bulk':
    case 'pause':
      return `${fault.kind} ${fault.act}`;
    case 'freeze':
      return `freeze ${fault.target.replace(/-\d$/, '')}`;
    default:
      return fault.kind;
  }
}
