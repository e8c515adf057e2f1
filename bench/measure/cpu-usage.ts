import { cpuTimesOfTreesMs } from './cpu-time.ts';

/** Often enough for a window of a few seconds; each look reads /proc once for all. */
const LOOK_EVERY_MS = 200;

/** Processor time in ms, by the name of who used it. */
export type CpuTimes = Readonly<Record<string, number>>;

/** Processor time of processes and of all below them, while they run. */
export interface CpuUsage {
  /** What they used from one moment to another, in ms since the epoch. */
  between(fromMs: number, toMs: number): CpuTimes;
  stop(): void;
}

interface Look {
  readonly atMs: number;
  readonly usedMs: CpuTimes;
}

/** Looks at them until it is stopped, which is to be before they end. `pids` is asked at each look: who is null then is not there yet. */
export function startCpuUsage(pids: () => Readonly<Record<string, number | null>>): CpuUsage {
  const looks: Look[] = [];
  const look = () => {
    const there = Object.entries(pids()).flatMap(([name, pid]) => (pid === null ? [] : [{ name, pid }]));
    const used = cpuTimesOfTreesMs(there.map(({ pid }) => pid));
    looks.push({
      atMs: performance.timeOrigin + performance.now(),
      usedMs: Object.fromEntries(there.map(({ name, pid }) => [name, used.get(pid) ?? 0])),
    });
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    between: (fromMs, toMs) =>
      Object.fromEntries(
        Object.keys(looks.at(-1)!.usedMs).map((name) => [
          name,
          usedAt(looks, name, toMs) - usedAt(looks, name, fromMs),
        ]),
      ),
    stop() {
      clearInterval(timer);
      look();
    },
  };
}

/** On the straight line between the looks around it. */
function usedAt(looks: readonly Look[], name: string, atMs: number): number {
  const after = looks.findIndex((look) => look.atMs >= atMs);
  if (after === 0) return looks[0]!.usedMs[name] ?? 0;
  if (after === -1) return looks.at(-1)!.usedMs[name] ?? 0;
  const [a, b] = [looks[after - 1]!, looks[after]!];
  const [usedA, usedB] = [a.usedMs[name] ?? 0, b.usedMs[name] ?? 0];
  return usedA + ((usedB - usedA) * (atMs - a.atMs)) / (b.atMs - a.atMs);
}
