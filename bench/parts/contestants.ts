import { type CpuTimes, type CpuUsage, startCpuUsage } from '../measure/cpu-usage.ts';
import {
  type WorkInterval,
  checkCap,
  handoffOf,
  steadyWindow,
  wholeExecutions,
} from '../measure/intervals.ts';
import type { Figures } from '../scenario.ts';
import { type PeerName, runPeer } from './peer.ts';
import { startRawTemporal } from './raw-temporal.ts';
import type { Servers } from './servers.ts';
import { type Sluice, startSluice } from './sluice.ts';

/** The same waiting work for everybody: `each` pieces of `workMs` for every tenant, at most `cap` of one tenant at once. */
export interface CappedWork {
  readonly tenants: number;
  readonly each: number;
  readonly workMs: number;
  readonly cap: number;
  /** How many of each tenant's first handoffs are left out, while a process still compiles its code. Defaults to none. */
  readonly warmUp?: number;
  /** How often Sluice and raw parents do all of it in a round, in turns. Defaults to once, as the peers do it. */
  readonly turns?: number;
  /** Pieces of one execution, one activity after another; for Temporal's contestants alone. Defaults to 1. */
  readonly steps?: number;
  /** The first of each tenant's slots are shorter, so that the ends of all slots are spread evenly over `workMs`. */
  readonly isSpread?: boolean;
}

/** What a contestant did, and the processor time that it took for each end once it was warm, by process, in ms. */
export interface Measured {
  readonly intervals: readonly WorkInterval[];
  readonly cpuMs: CpuTimes;
}

interface SluiceRun {
  readonly settings?: Record<string, string>;
  /** Begins, when all work is in the queue, what goes on beside it, and resolves to how that is ended. */
  readonly beside?: (sluice: Sluice, workspaces: readonly string[]) => Promise<() => void>;
  /** Looks at what is left, after the audit. */
  readonly after?: (sluice: Sluice, workspaces: readonly string[]) => Promise<void>;
}

/** Sluice as its gates start executions ahead of Postgres. */
export const RESERVATIONS = {
  who: 'sluice, reservations',
  settings: { GATES_RESERVATIONS: 'true' },
} as const;

/** All work is in the queue before the worker starts, as it is with the peers. The audit must find no breach. */
export async function runSluice(
  servers: Servers,
  work: CappedWork,
  { settings = {}, beside, after }: SluiceRun = {},
): Promise<Measured> {
  const running = await startSluice(servers, settings);
  const usage = startCpuUsage(() => ({ worker: running.workerPid(), ...pidsOf(servers) }));
  let end: (() => void) | undefined;
  try {
    const workspaces = Array.from({ length: work.tenants }, (_, i) => `w${Date.now()}-${i}`);
    await running.createWorkspaces(workspaces, { tier: 'pro', limitOverride: work.cap });
    await running.enqueueAll(workspaces, work.each, typeOf(work), lengthOf(work));
    end = await beside?.(running, workspaces);
    await running.startWorker();
    await running.drained(workspaces);
    usage.stop();
    await running.audit(workspaces);
    await after?.(running, workspaces);
    return measured(await running.intervals(workspaces), work, usage);
  } finally {
    usage.stop();
    end?.();
    await running.stop();
  }
}

/** No admission at all: a parent workflow for each tenant that keeps `cap` children open until all have ended. */
export async function runRawParents(servers: Servers, work: CappedWork): Promise<Measured> {
  const running = await startRawTemporal(servers, { concurrentActivities: work.tenants * work.cap });
  const usage = startCpuUsage(() => ({ worker: running.workerPid, ...pidsOf(servers) }));
  try {
    const { cap: limit, each: executions, workMs: ms } = work;
    const prefixes = await running.parents(
      firstLengths(work).map((firstMs) => ({ limit, executions, type: typeOf(work), ms, firstMs })),
    );
    usage.stop();
    return measured(running.intervals(prefixes), work, usage);
  } finally {
    usage.stop();
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

export type Peer = (typeof PEERS)[number]['who'];

export const PEER_NAMES: readonly Peer[] = PEERS.map(({ who }) => who);

/** Of the peer and the setting that used most of the slots' time, in %. */
export function bestUtilisation(figures: Figures): number {
  return Math.max(...PEER_NAMES.map((who) => figures[`${who} utilisation %`] ?? 0));
}

/** Sluice, raw parents and peers, one after another on the same work. Each turn of a tenant counts as a tenant of its own. */
export async function runAll(
  servers: Servers,
  work: CappedWork,
  say: (line: string) => void,
  { peers = PEER_NAMES, reservations = false }: { peers?: readonly Peer[]; reservations?: boolean } = {},
): Promise<Figures> {
  const figures: Record<string, number> = await runPair(servers, work, say, reservations);
  for (const { who, peer, setting } of PEERS.filter((known) => peers.includes(known.who))) {
    const { tenants, each: jobsPerTenant, cap, workMs } = work;
    const order = {
      tenants,
      jobsPerTenant,
      cap,
      workMs,
      firstMs: firstLengths(work),
      setting,
      timeLimitMs: timeLimitMs(work),
    };
    let usage: CpuUsage | undefined;
    const intervals = await runPeer(servers, peer, order, {
      onSpawn: (pid) => (usage = startCpuUsage(() => ({ worker: pid, ...pidsOf(servers) }))),
      onEnd: () => usage?.stop(),
    });
    Object.assign(figures, told(say, who, [measured(intervals, work, usage!)], work));
  }
  return figures;
}

/** Sluice and raw parents, in turns; with `reservations` Sluice with them too, and what it comes to over the others. */
export async function runPair(
  servers: Servers,
  work: CappedWork,
  say: (line: string) => void,
  reservations = false,
): Promise<Record<string, number>> {
  const [sluice, ahead, raw]: [Measured[], Measured[], Measured[]] = [[], [], []];
  for (let turn = 0; turn < (work.turns ?? 1); turn++) {
    sluice.push(await runSluice(servers, work));
    if (reservations) ahead.push(await runSluice(servers, work, { settings: RESERVATIONS.settings }));
    raw.push(await runRawParents(servers, work));
  }
  const figures = { ...told(say, 'sluice', sluice, work), ...told(say, 'raw parents', raw, work) };
  if (!reservations) return figures;
  const all = { ...figures, ...told(say, RESERVATIONS.who, ahead, work) };
  return { ...all, ...over(all, 'p50 ms'), ...over(all, 'utilisation %') };
}

/** A figure of Sluice with reservations over that of Sluice without them, and over that of raw parents. Of one round, so that rounds stay paired. */
export function over(figures: Figures, figure: string): Record<string, number> {
  return Object.fromEntries(
    ['sluice', 'raw parents'].map((who) => [
      `${figure} of ${RESERVATIONS.who} over ${who}`,
      figures[`${RESERVATIONS.who} ${figure}`]! / figures[`${who} ${figure}`]!,
    ]),
  );
}

function told(
  say: (line: string) => void,
  who: string,
  turns: readonly Measured[],
  work: CappedWork,
): Figures {
  const figures = figuresOf(who, turns, work);
  const [p50, utilisation] = [figures[`${who} p50 ms`]!, figures[`${who} utilisation %`]!];
  say(`  ${who}: handoff p50 ${p50.toFixed(0)} ms, utilisation ${utilisation.toFixed(1)} %`);
  return figures;
}

/** Throws when a contestant lost or repeated work; a cap that was passed is a figure, for peers do pass it. */
export function figuresOf(who: string, turns: readonly Measured[], work: CappedWork): Figures {
  const intervals = turns.flatMap((turn) => turn.intervals);
  const done = new Set(intervals.map(({ tenant, seq }) => `${tenant} ${seq}`)).size;
  // A peer's tenants have the same names in each turn, but it has one turn.
  if (done !== work.tenants * work.each * turns.length || intervals.length !== done)
    throw new Error(`${who} did ${intervals.length} pieces of work, ${done} different ones`);
  const { p50Ms, p99Ms, utilisation } = handoffOf(intervals, work.cap, work.warmUp);
  const { mostAtOnce, outOfOrder } = checkCap(intervals, work.cap);
  return {
    [`${who} p50 ms`]: p50Ms,
    [`${who} p99 ms`]: p99Ms,
    [`${who} utilisation %`]: utilisation * 100,
    [`${who} most at once`]: mostAtOnce,
    [`${who} out of order`]: outOfOrder,
    ...cpuFigures(
      who,
      turns.map(({ cpuMs }) => cpuMs),
    ),
  };
}

/** The mean over the turns, by process. */
export function cpuFigures(who: string, turns: readonly CpuTimes[]): Figures {
  return Object.fromEntries(
    Object.keys(turns[0]!).map((name) => [
      `${who} ${name} CPU ms/execution`,
      turns.reduce((sum, cpuMs) => sum + cpuMs[name]!, 0) / turns.length,
    ]),
  );
}

function measured(
  intervals: readonly WorkInterval[],
  { warmUp = 0, steps = 1 }: CappedWork,
  usage: CpuUsage,
): Measured {
  const whole = wholeExecutions(intervals, steps);
  const { fromMs, toMs, ends } = steadyWindow(whole, warmUp);
  const cpuMs = Object.entries(usage.between(fromMs, toMs)).map(([name, ms]) => [name, ms / ends]);
  return { intervals: whole, cpuMs: Object.fromEntries(cpuMs) as CpuTimes };
}

const pidsOf = ({ postgresPid, temporalPid }: Servers) => ({ Postgres: postgresPid, Temporal: temporalPid });

/** Three minutes more than all slots need; a peer at its defaults waits for most of its time. */
const timeLimitMs = ({ each, cap, workMs }: CappedWork) => 180_000 + Math.ceil(each / cap) * workMs;

const typeOf = ({ steps = 1 }: CappedWork) => (steps === 1 ? 'work' : 'steps');

/** Of a tenant's piece of work, both counted from 0; in ms. */
function lengthOf({ tenants, cap, workMs, isSpread = false }: CappedWork) {
  return (tenant: number, seq: number) =>
    isSpread && seq < cap ? Math.ceil((workMs * (seq * tenants + tenant + 1)) / (tenants * cap)) : workMs;
}

/** Of each tenant's first `cap` pieces. */
function firstLengths(work: CappedWork): number[][] {
  const length = lengthOf(work);
  const firstOf = (tenant: number) => Array.from({ length: work.cap }, (_, seq) => length(tenant, seq));
  return Array.from({ length: work.tenants }, (_, tenant) => firstOf(tenant));
}
