import { setTimeout as delay } from 'node:timers/promises';
import type { Running } from '../../process/run-process.ts';
import { LocalStartError } from '../local-start-error.ts';
import type { Progress } from '../terminal/progress.ts';
import type { Service } from './service.ts';

/** Beyond the grace that a part has by configuration; a part that hangs must not keep the next ones from being stopped. */
const STOP_SLACK_SECONDS = 20;

/** What has been started, in order, so that it is stopped in the opposite one. */
export class StartedParts {
  readonly #progress: Progress;
  readonly #stopDeadlineMs: number;
  readonly #parts: { readonly name: string; readonly running: Running }[] = [];
  #stopping = false;
  #afterwards: () => void = () => {};

  constructor(progress: Progress, graceSeconds: number) {
    this.#progress = progress;
    this.#stopDeadlineMs = (graceSeconds + STOP_SLACK_SECONDS) * 1000;
  }

  add(name: string, running: Running): void {
    // Heard by whoever awaits `ended`; until somebody does, a failure must not end the process before the rest is stopped.
    running.ended?.catch(() => {});
    this.#parts.push({ name, running });
  }

  /** The last step, when all parts have stopped as they should. */
  onceStopped(afterwards: () => void): void {
    this.#afterwards = afterwards;
  }

  addService(service: Service): void {
    this.add(service.name, { stop: () => service.stop(), ended: this.#unexpectedEnd(service) });
  }

  /** Settles when the first part ends by itself. */
  ended(): Promise<void> {
    const ends = this.#parts.flatMap(({ running }) => (running.ended ? [running.ended] : []));
    return Promise.race([...ends, new Promise<never>(() => {})]);
  }

  /** Stops everything, even when one part fails to; throws the first failure at the end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const failures: unknown[] = [];
    for (const { name, running } of this.#parts.splice(0).reverse()) {
      try {
        await this.#stopPart(name, running);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    this.#afterwards();
  }

  async #stopPart(name: string, running: Running): Promise<void> {
    this.#progress(`stopping ${name}`);
    const givenUp = new AbortController();
    const stopped = running.stop().finally(() => givenUp.abort());
    const late = delay(this.#stopDeadlineMs, 'late' as const, { signal: givenUp.signal }).catch(
      () => 'in time' as const,
    );
    if ((await Promise.race([stopped, late])) === 'late') {
      throw new LocalStartError(
        `${name} did not stop within ${this.#stopDeadlineMs / 1000} s and was left behind; it ends with this process.`,
      );
    }
    await stopped;
  }

  async #unexpectedEnd(service: Service): Promise<void> {
    await service.ended;
    if (this.#stopping) return;
    throw new LocalStartError(
      `${service.name} ended by itself; its log is ${service.logFile}.\n  Everything stops now. Start again: all that was accepted is saved.`,
    );
  }
}
