import { percentile } from '../../domain/percentile.ts';
import type { CapChecked } from '../checks/cap.ts';
import { type ClockOffset, narrower, UNKNOWN_OFFSET } from '../record/clocks.ts';
import { showLength } from '../record/micros.ts';

/** What was measured in all workspaces together, in words for the report. */
export class Tally {
  workspaces = 0;
  executions = 0;
  openIntervals = 0;
  admissions = 0;
  answers = 0;
  workflows = 0;
  furtherRuns = 0;
  compared = 0;
  running = 0;
  limitChanges = 0;
  longestHeldMicros = 0;
  longestBelowLimitMicros = 0;
  #fullest: (NonNullable<CapChecked['fullest']> & { workspaceId: string }) | null = null;
  #idleMicros: number[] = [];
  #offset = UNKNOWN_OFFSET;

  noteFullest(workspaceId: string, fullest: CapChecked['fullest']): void {
    if (fullest !== null && (this.#fullest === null || fullest.open > this.#fullest.open))
      this.#fullest = { workspaceId, ...fullest };
  }

  noteIdle(idleMicros: readonly number[]): void {
    for (const micros of idleMicros) this.#idleMicros.push(micros);
  }

  noteOffset(offset: ClockOffset): void {
    this.#offset = narrower(this.#offset, offset);
  }

  cap(): string {
    if (this.#fullest === null) return 'nothing was opened';
    const { open, limit, workspaceId } = this.#fullest;
    return `${this.openIntervals} open intervals; at most ${open} open at once, under a limit of ${limit} (${workspaceId})`;
  }

  durable(hasLog: boolean): string {
    return `${this.executions} rows; ${hasLog ? `${this.answers} answers in the client's log` : 'no client log given'}`;
  }

  leak(): string {
    return `${this.running} running; at most ${showLength(this.longestHeldMicros)} without an open workflow`;
  }

  workConserving(maxIdleSlotSeconds: number): string {
    const micros = this.#idleMicros;
    const idle =
      micros.length === 0
        ? 'no slot stood free beside a waiting row'
        : `free beside a waiting row: at most ${showLength(percentile(micros, 100))}, p99 ${showLength(percentile(micros, 99))} of ${micros.length} (bound ${maxIdleSlotSeconds} s)`;
    return `${idle}; below the limit for at most ${showLength(this.longestBelowLimitMicros)}; ${this.#clocks()}`;
  }

  #clocks(): string {
    const { atLeast, atMost } = this.#offset;
    if (atMost === Infinity) return 'clocks not compared';
    const from = atLeast === -Infinity ? 'at most' : `${showLength(atLeast)} to`;
    return `Temporal's clock ahead of Postgres' by ${from} ${showLength(atMost)}`;
  }
}
