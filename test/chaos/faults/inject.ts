import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import { type PlannedFault, describeFault } from './plan.ts';
import { type Stall, standstillAfter } from '../stalls.ts';

/** A fault that landed, and when, in ms since 1970. */
export interface Injected {
  readonly planned: PlannedFault;
  readonly atMs: number;
}

/** Does the planned faults at their times, and waits until the run is as long as it should be. */
export async function injectAll(
  plan: readonly PlannedFault[],
  lengthMs: number,
  faults: Faults,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Injected[]> {
  const injected: Injected[] = [];
  const startMs = performance.now();
  const until = (atMs: number) =>
    delay(Math.max(0, startMs + atMs - performance.now()), undefined, { signal });
  for (const planned of plan) {
    await until(planned.atMs);
    const atMs = Date.now();
    const missed = await faults.inject(planned.fault);
    say(`  ${describeFault(planned.fault)}${missed === null ? '' : ` - did not land: ${missed}`}`);
    if (missed === null) injected.push({ planned, atMs });
  }
  await until(lengthMs);
  return injected;
}

/** How long slots stood still after a fault. */
export interface Standstill {
  readonly what: string;
  readonly alone: boolean;
  readonly ms: number;
}

/** Of the faults that stop a gate: killed workers, and gates that were disturbed. */
export function standstillsOf(injected: readonly Injected[], stalls: readonly Stall[]): Standstill[] {
  return injected.flatMap(({ planned: { fault, alone }, atMs }) => {
    const isWorkerKill = fault.kind === 'kill' && fault.targets.every((name) => name.startsWith('worker'));
    const what = isWorkerKill ? 'worker killed' : fault.kind === 'gate' ? `gate: ${fault.act}` : null;
    return what === null ? [] : [{ what, alone, ms: standstillAfter(stalls, atMs) }];
  });
}
