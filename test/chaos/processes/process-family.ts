import { execFileSync } from 'node:child_process';

/** The pids of all descendants of a process, as they are now. */
export function familyOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const line of execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (child === undefined || parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const family: number[] = [];
  for (let next = children.get(pid) ?? []; next.length > 0;) {
    family.push(...next);
    next = next.flatMap((member) => children.get(member) ?? []);
  }
  return family;
}
