import { percentile } from '../../src/domain/percentile.ts';

/** One piece of work as it was done, in ms since the epoch. */
export interface WorkInterval {
  readonly tenant: string;
  /** The tenant's own numbering, in the order in which the work was asked for. */
  readonly seq: number;
  readonly beganMs: number;
  readonly endedMs: number;
}

export interface Handoff {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Share of the slots' time that was worked in, from each tenant's first beginning to its last; 1 is all of it. */
  readonly utilisation: number;
}

/**
 * What a cap of so many slots cost each tenant. The k-th end of work frees the slot of the (k + cap)-th beginning: that is one
 * handoff. All work must have been waiting before the first of it began. The first `warmUp` of each tenant are left out: a new process
 * still compiles its code.
 */
export function handoffOf(intervals: readonly WorkInterval[], cap: number, warmUp = 0): Handoff {
  const waits: number[] = [];
  let worked = 0;
  let available = 0;
  for (const ofTenant of byTenant(intervals).values()) {
    const begins = ofTenant.map(({ beganMs }) => beganMs).sort((a, b) => a - b);
    const ends = ofTenant.map(({ endedMs }) => endedMs).sort((a, b) => a - b);
    for (let k = warmUp; k + cap < begins.length; k++) waits.push(begins[k + cap]! - ends[k]!);
    const from = begins[warmUp]!;
    const to = begins.at(-1)!;
    available += cap * (to - from);
    for (const { beganMs, endedMs } of ofTenant)
      worked += Math.max(0, Math.min(endedMs, to) - Math.max(beganMs, from));
  }
  return { p50Ms: percentile(waits, 50), p99Ms: percentile(waits, 99), utilisation: worked / available };
}

/** From the first beginning after the warm-up to the last, in ms since the epoch, with the number of ends in it. */
export function steadyWindow(
  intervals: readonly WorkInterval[],
  warmUp: number,
): { fromMs: number; toMs: number; ends: number } {
  const begins = [...byTenant(intervals).values()].map((ofTenant) =>
    ofTenant.map(({ beganMs }) => beganMs).sort((a, b) => a - b),
  );
  const fromMs = Math.min(...begins.map((ofTenant) => ofTenant[warmUp]!));
  const toMs = Math.max(...begins.map((ofTenant) => ofTenant.at(-1)!));
  return {
    fromMs,
    toMs,
    ends: intervals.filter(({ endedMs }) => endedMs >= fromMs && endedMs <= toMs).length,
  };
}

/** Each execution from its first piece of work to its last. Throws when one has fewer pieces or more. */
export function wholeExecutions(pieces: readonly WorkInterval[], each: number): readonly WorkInterval[] {
  if (each === 1) return pieces;
  const executions = new Map<string, WorkInterval[]>();
  for (const piece of pieces) {
    const key = `${piece.tenant} ${piece.seq}`;
    executions.set(key, [...(executions.get(key) ?? []), piece]);
  }
  return [...executions.values()].map((done) => {
    const { tenant, seq } = done[0]!;
    if (done.length !== each)
      throw new Error(`${tenant} ${seq} has ${done.length} pieces of work, not ${each}`);
    const beganMs = Math.min(...done.map((piece) => piece.beganMs));
    return { tenant, seq, beganMs, endedMs: Math.max(...done.map((piece) => piece.endedMs)) };
  });
}

export interface CapCheck {
  /** The most pieces of work of one tenant that were under way at once. */
  readonly mostAtOnce: number;
  /** Pieces that began after one that was asked for at least `cap` places later: order beyond what parallel slots explain. */
  readonly outOfOrder: number;
}

/** The least that any contestant must keep: never more than the cap of one tenant at once, and first in, first out. */
export function checkCap(intervals: readonly WorkInterval[], cap: number): CapCheck {
  let mostAtOnce = 0;
  let outOfOrder = 0;
  for (const ofTenant of byTenant(intervals).values()) {
    const edges = ofTenant.flatMap(({ beganMs, endedMs }) => [
      { atMs: beganMs, change: 1 },
      { atMs: endedMs, change: -1 },
    ]);
    // At the same instant an end goes first: the slot was free.
    edges.sort((a, b) => a.atMs - b.atMs || a.change - b.change);
    let open = 0;
    for (const { change } of edges) mostAtOnce = Math.max(mostAtOnce, (open += change));
    let highest = -1;
    for (const { seq } of [...ofTenant].sort((a, b) => a.beganMs - b.beganMs)) {
      if (seq <= highest - cap) outOfOrder += 1;
      highest = Math.max(highest, seq);
    }
  }
  return { mostAtOnce, outOfOrder };
}

function byTenant(intervals: readonly WorkInterval[]): Map<string, WorkInterval[]> {
  const tenants = new Map<string, WorkInterval[]>();
  for (const interval of intervals) {
    const known = tenants.get(interval.tenant);
    if (known) known.push(interval);
    else tenants.set(interval.tenant, [interval]);
  }
  return tenants;
}
