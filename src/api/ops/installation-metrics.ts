import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../../db/connection/database.ts';
import {
  type InstallationNumbers,
  measureWorkspaces,
  type WorkspaceNumbers,
} from '../../db/stats/measure-workspaces.ts';
import { STALL_REASONS } from '../../domain/stall.ts';
import { TIERS } from '../../domain/tier.ts';
import type { Log } from '../../process/log.ts';
import { logRepeated } from '../../process/repeated-failures.ts';

/** However many scrape, Postgres is asked no more often. Well below the interval of any scrape. */
const READ_AT_MOST_EVERY_MS = 3_000;

/** No workspace is called so: an id has no parentheses. */
const REST = '(rest)';

interface InstallationGauge {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  set(gauge: Gauge, numbers: InstallationNumbers): void;
}

/** What every API process says alike, because it is of the whole installation. Absent while Postgres does not answer. */
export function registerInstallationMetrics(
  registry: Registry,
  { db }: Pick<Database, 'db'>,
  log: Log,
  { named }: { named: number },
): void {
  const read = sharedReading(() => measureWorkspaces(db, { named }), log);
  for (const { name, help, labelNames = [], set } of [...TOTALS, ...PER_TIER, ...PER_WORKSPACE])
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      async collect() {
        const numbers = await read();
        this.reset();
        // Reset, it would be 0.
        if (labelNames.length === 0) this.remove();
        if (numbers !== null) set(this, numbers);
      },
    });
}

/** One reading serves all gauges of a scrape, and all scrapes of its time. Null while Postgres does not answer, which is asked no more often then. */
function sharedReading(
  readNumbers: () => Promise<InstallationNumbers>,
  log: Log,
): () => Promise<InstallationNumbers | null> {
  let reading: Promise<InstallationNumbers | null> | undefined;
  let dueAtMs = 0;
  return () => {
    if (reading !== undefined && performance.now() < dueAtMs) return reading;
    // An answer that takes longer is waited for by everybody.
    dueAtMs = Infinity;
    reading = readNumbers()
      .catch((err: unknown) => {
        const message =
          'the numbers of workspaces could not be read for /metrics and are missing from it; is Postgres up?';
        logRepeated(log, 'warn', { err }, message);
        return null;
      })
      .finally(() => (dueAtMs = performance.now() + READ_AT_MOST_EVERY_MS));
    return reading;
  };
}

const TOTALS: readonly InstallationGauge[] = [
  {
    name: 'sluice_executions',
    help: 'Executions that wait in the queue or hold a slot, in the whole installation.',
    labelNames: ['status'],
    set(gauge, { groups }) {
      gauge.set({ status: 'pending' }, sum(groups, 'pending'));
      gauge.set({ status: 'running' }, sum(groups, 'running'));
    },
  },
  {
    name: 'sluice_stalled_executions',
    help: 'Running executions that cannot make progress, in the whole installation, by reason.',
    labelNames: ['reason'],
    set(gauge, { stalled }) {
      for (const reason of STALL_REASONS) gauge.set({ reason }, stalled[reason] ?? 0);
    },
  },
  {
    name: 'sluice_workspaces_restoring',
    help: 'Workspaces that start nothing because the database was restored from a backup: `npx sluice resume --after-restore`.',
    set: (gauge, { groups }) => gauge.set(sum(groups, 'restoring')),
  },
  {
    name: 'sluice_inbox_oldest_seconds',
    help: 'For how long the oldest row of the inbox has waited for its place, since its call.',
    set: (gauge, { inboxOldestSeconds }) => gauge.set(inboxOldestSeconds),
  },
  {
    name: 'sluice_demand',
    help: 'Executions that run or could at once: what to scale workers by.',
    labelNames: ['tier', 'workers'],
    set(gauge, { groups }) {
      for (const tier of TIERS)
        for (const workers of ['pool', 'external'] as const)
          gauge.set(
            { tier, workers },
            sum(
              groups.filter((group) => group.tier === tier && group.workers === workers),
              'demand',
            ),
          );
    },
  },
];

const PER_TIER: readonly InstallationGauge[] = [
  perTier('sluice_workspaces', 'Workspaces.', (of) => sum(of, 'workspaces')),
  perTier('sluice_pending', 'Executions in the queues of the workspaces of a tier.', (of) =>
    sum(of, 'pending'),
  ),
  perTier('sluice_running', 'Executions that hold a slot.', (of) => sum(of, 'running')),
  perTier('sluice_limit', 'Limits in force of the workspaces of a tier, together.', (of) => sum(of, 'limit')),
  perTier(
    'sluice_oldest_wait_seconds',
    'For how long the first execution in a queue has waited, where it is longest.',
    (of) => longest(of, 'oldestWaitSeconds'),
  ),
  perTier(
    'sluice_unserved_seconds',
    'For how long no gate has looked at a queue that may move, where it is longest.',
    (of) => longest(of, 'unservedSeconds'),
  ),
  perTier('sluice_workspaces_paused', 'Workspaces that are paused.', (of) => sum(of, 'paused')),
  perTier('sluice_workspaces_stalled', 'Workspaces with a stalled execution.', (of) =>
    sum(of, 'stalledWorkspaces'),
  ),
];

const PER_WORKSPACE: readonly InstallationGauge[] = [
  perWorkspace('sluice_workspace_pending', 'Executions in the queue of a workspace.', (of) =>
    sum(of, 'pending'),
  ),
  perWorkspace('sluice_workspace_running', 'Executions of a workspace that hold a slot.', (of) =>
    sum(of, 'running'),
  ),
  perWorkspace('sluice_workspace_limit', 'Its limit in force.', (of) => sum(of, 'limit')),
  perWorkspace(
    'sluice_workspace_oldest_wait_seconds',
    'For how long the first execution in its queue has waited.',
    (of) => longest(of, 'oldestWaitSeconds'),
  ),
  perWorkspace('sluice_workspace_paused', 'Whether it is paused.', (of) => sum(of, 'paused')),
  perWorkspace('sluice_workspace_stalled', 'Its running executions that cannot make progress.', (of) =>
    sum(of, 'stalled'),
  ),
];

type Groups = readonly WorkspaceNumbers[];

function perTier(name: string, help: string, value: (of: Groups) => number): InstallationGauge {
  return {
    name,
    help,
    labelNames: ['tier'],
    set(gauge, { groups }) {
      for (const tier of TIERS) gauge.set({ tier }, value(groups.filter((group) => group.tier === tier)));
    },
  };
}

/** The ones that are named, and of each tier the rest. */
function perWorkspace(name: string, help: string, value: (of: Groups) => number): InstallationGauge {
  return {
    name,
    help,
    labelNames: ['workspace', 'tier'],
    set(gauge, { groups }) {
      for (const group of groups)
        if (group.workspace !== null)
          gauge.set({ workspace: group.workspace, tier: group.tier }, value([group]));
      for (const tier of TIERS)
        gauge.set(
          { workspace: REST, tier },
          value(groups.filter((group) => group.workspace === null && group.tier === tier)),
        );
    },
  };
}

function sum(groups: Groups, of: Exclude<keyof WorkspaceNumbers, 'workspace' | 'tier' | 'workers'>): number {
  return groups.reduce((total, group) => total + group[of], 0);
}

function longest(groups: Groups, of: 'oldestWaitSeconds' | 'unservedSeconds'): number {
  return groups.reduce((most, group) => Math.max(most, group[of]), 0);
}
