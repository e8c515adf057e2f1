import { readFileSync, readdirSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Processor time that a process and its threads have used so far, in ms. Linux only. */
export function cpuTimeMs(pid: number): number {
  return ownMs(statOf(pid)!);
}

/** The same for a process and all below it, ended ones included. */
export function cpuTimeOfTreeMs(pid: number): number {
  return cpuTimesOfTreesMs([pid]).get(pid)!;
}

/** The same for several processes in one look; those that are gone are left out. */
export function cpuTimesOfTreesMs(pids: readonly number[]): Map<number, number> {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat !== null) all.set(Number(name), stat);
  }
  const childrenOf = new Map<number, number[]>();
  for (const [pid, { parent }] of all) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
  const ofTree = (pid: number): number =>
    (childrenOf.get(pid) ?? []).reduce(
      (sum, child) => sum + ofTree(child),
      ownMs(all.get(pid)!) + all.get(pid)!.endedChildrenMs,
    );
  return new Map(pids.filter((pid) => all.has(pid)).map((pid) => [pid, ofTree(pid)]));
}

interface Stat {
  readonly parent: number;
  readonly userMs: number;
  readonly systemMs: number;
  readonly endedChildrenMs: number;
}

const ownMs = ({ userMs, systemMs }: Stat) => userMs + systemMs;

/** Null for a process that is gone. */
function statOf(pid: number): Stat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name in parentheses may hold blanks.
  const fields = text
    .slice(text.lastIndexOf(') ') + 2)
    .split(' ')
    .map(Number);
  const ms = (field: number) => fields[field]! * TICK_MS;
  return { parent: fields[1]!, userMs: ms(11), systemMs: ms(12), endedChildrenMs: ms(13) + ms(14) };
}
