import { readFileSync, readdirSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Processor time that a process and its threads have used so far, in ms. Linux only. */
export function cpuTimeMs(pid: number): number {
  return ownMs(statOf(pid)!);
}

/** The same for a process and all below it, ended ones included. */
export function cpuTimeOfTreeMs(pid: number): number {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(Number(name));
      return stat === null ? [] : [{ pid: Number(name), stat }];
    });
  const below = (parent: number): number =>
    all
      .filter(({ stat }) => stat.parent === parent)
      .reduce((sum, child) => sum + ownMs(child.stat) + child.stat.endedChildrenMs + below(child.pid), 0);
  const top = statOf(pid)!;
  return ownMs(top) + top.endedChildrenMs + below(pid);
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
