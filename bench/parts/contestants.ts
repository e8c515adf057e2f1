import { type WorkInterval, checkCap, handoffOf } from '../measure/intervals.ts';
import type { Figures } from '../scenario.ts';
import { type PeerName, runPeer } from './peer.ts';
import { startRawTemporal } from './raw-temporal.ts';
import type { Servers } from './servers.ts';
import { startSluice } from './sluice.ts';

/** The same waiting work for everybody: `each` pieces of `workMs` for every tenant, at most `cap` of one tenant at once. */
export interface CappedWork {
  readonly tenants: number;
  readonly each: number;
  readonly workMs: number;
  readonly cap: number;
  /** How many of each tenant's first handoffs are left out, while a process still compiles its code. Defaults to none. */
  readonly warmUp?: number;
  /** How often Sluice and raw Temporal do all of it in a round, in turns. Defaults to once, as the peers do it. */
  readonly turns?: number;
}

/** All work is in the queue before the worker starts, as it is with the peers. The audit must find no breach. */
export async function runSluice(
  servers: Servers,
  work: CappedWork,
  settings: Record<string, string> = {},
): Promise<WorkInterval[]> {
  const running = await startSluice(servers, settings);
  try {
    const workspaces = Array.from({ length: work.tenants }, (_, i) => `w${Date.now()}-${i}`);
    await running.createWorkspaces(workspaces, { tier: 'pro', limitOverride: work.cap });
    await running.enqueueAll(workspaces, work.each, 'work', work.workMs);
    await running.startWorker();
    await running.drained(workspaces);
    await running.audit(workspaces);
    return await running.intervals(workspaces);
  } finally {
    await running.stop();
  }
}

/** No admission at all: a parent workflow for each tenant that starts a child as soon as one has ended. */
export async function runRaw(servers: Servers, work: CappedWork): Promise<WorkInterval[]> {
  const running = await startRawTemporal(servers);
  try {
    const { tenants, cap: limit, each: executions, workMs: ms } = work;
    return await running.lanes({ tenants, limit, executions, type: 'work', ms });
  } finally {
    await running.stop();
  }
}

/** The peers at their defaults and at their quickest. Each name is that of its figures. */
const PEERS = [
  { who: 'seed poller, 1 s', peer: 'seed-poller', setting: 'default' },
  { who: 'DBOS, default', peer: 'dbos', setting: 'default' },
  { who: 'DBOS, fastest', peer: 'dbos', setting: 'fastest' },
  { who: 'pg-boss, default', peer: 'pg-boss', setting: 'default' },
  { who: 'pg-boss, fastest', peer: 'pg-boss', setting: 'fastest' },
] as const satisfies readonly { who: string; peer: PeerName; setting: 'default' | 'fastest' }[];

export const PEER_NAMES = PEERS.map(({ who }) => who);

/** Sluice, raw Temporal and all peers, one after another on the same work. Each turn of a tenant counts as a tenant of its own. */
export async function runAll(
  servers: Servers,
  work: CappedWork,
  say: (line: string) => void,
): Promise<Figures> {
  const figures: Record<string, number> = {};
  const { turns = 1 } = work;
  const take = (who: string, intervals: readonly WorkInterval[], times = 1) => {
    Object.assign(figures, figuresOf(who, intervals, { ...work, tenants: work.tenants * times }));
    const p50 = figures[`${who} p50 ms`]!.toFixed(0);
    say(`  ${who}: handoff p50 ${p50} ms, utilisation ${figures[`${who} utilisation %`]!.toFixed(0)} %`);
  };
  const [sluice, raw]: [WorkInterval[], WorkInterval[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    sluice.push(...(await runSluice(servers, work)));
    raw.push(...(await runRaw(servers, work)));
  }
  take('sluice', sluice, turns);
  take('raw', raw, turns);
  for (const { who, peer, setting } of PEERS) {
    const { tenants, each: jobsPerTenant, cap, workMs } = work;
    take(who, await runPeer(servers, peer, { tenants, jobsPerTenant, cap, workMs, setting }));
  }
  return figures;
}

/** Throws when a contestant lost or repeated work; a cap that was passed is a figure, for peers do pass it. */
export function figuresOf(who: string, intervals: readonly WorkInterval[], work: CappedWork): Figures {
  const done = new Set(intervals.map(({ tenant, seq }) => `${tenant} ${seq}`)).size;
  if (done !== work.tenants * work.each || intervals.length !== done)
    throw new Error(`${who} did ${intervals.length} pieces of work, ${done} different ones`);
  const { p50Ms, p99Ms, utilisation } = handoffOf(intervals, work.cap, work.warmUp);
  const { mostAtOnce, outOfOrder } = checkCap(intervals, work.cap);
  return {
    [`${who} p50 ms`]: p50Ms,
    [`${who} p99 ms`]: p99Ms,
    [`${who} utilisation %`]: utilisation * 100,
    [`${who} most at once`]: mostAtOnce,
    [`${who} out of order`]: outOfOrder,
  };
}
