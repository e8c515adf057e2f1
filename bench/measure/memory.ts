import { readFileSync } from 'node:fs';

/** Memory that a process has in RAM, in MB (10^6 bytes). Linux only. */
export function residentMb(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return (Number(kib) * 1024) / 1e6;
}
