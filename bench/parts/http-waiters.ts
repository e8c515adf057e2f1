import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { poll } from '../../src/async/poll.ts';

const WAIT_SECONDS = 60;
const BEGIN_DEADLINE_MS = 120_000;
/** Fewer than the system keeps for a server that is slow to accept them; it resets the others. */
const OPENED_AT_ONCE = 100;
/** The metrics count executions: they are not asked for often. */
const LOOK_PAUSE_MS = 200;

/** Requests that wait at an API over HTTP, each for the end of an execution of its own. */
export class HttpWaiters {
  /** From the moment at which an end was expected to its whole answer. */
  readonly answeredAfterMs: number[] = [];
  readonly #apiUrl: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  readonly #expectedMs = new Map<string, number>();
  readonly #failed: unknown[] = [];
  #stopped = false;

  constructor(apiUrl: string) {
    this.#apiUrl = apiUrl;
  }

  /** Resolves when all of them wait. */
  async start(executions: readonly { workspaceId: string; id: string }[]): Promise<void> {
    for (let begun = 0; begun < executions.length; begun += OPENED_AT_ONCE) {
      const some = executions.slice(begun, begun + OPENED_AT_ONCE);
      for (const execution of some)
        void this.#untilEnded(execution).catch((error: unknown) => {
          if (!this.#stopped) this.#failed.push(error);
        });
      await this.#untilWaiting(begun + some.length);
    }
  }

  async #untilWaiting(count: number): Promise<void> {
    const giveUpAt = performance.now() + BEGIN_DEADLINE_MS;
    for (let waiting = 0; waiting < count; waiting = await this.#waiting()) {
      if (this.#failed.length > 0) throw this.#failed[0];
      if (performance.now() > giveUpAt) throw new Error(`${waiting} of ${count} requests wait`);
      await delay(LOOK_PAUSE_MS);
    }
  }

  expect(executionId: string): void {
    this.#expectedMs.set(executionId, performance.now());
  }

  async answered(count: number): Promise<void> {
    const areAll = async () => this.answeredAfterMs.length >= count || this.#failed.length > 0;
    const inTime = await poll(areAll, BEGIN_DEADLINE_MS);
    if (this.#failed.length > 0) throw this.#failed[0];
    if (!inTime) throw new Error(`${this.answeredAfterMs.length} of ${count} were answered`);
  }

  stop(): void {
    this.#stopped = true;
    this.#agent.destroy();
  }

  /** As many requests one after another as it takes: a wait ends after a minute. */
  async #untilEnded({ workspaceId, id }: { workspaceId: string; id: string }): Promise<void> {
    const path = `/v1/workspaces/${workspaceId}/executions/${id}?wait=${WAIT_SECONDS}`;
    for (;;) {
      const { status } = JSON.parse(await this.#get(path)) as { status: string };
      if (status === 'pending' || status === 'running') continue;
      this.answeredAfterMs.push(performance.now() - this.#expectedMs.get(id)!);
      return;
    }
  }

  async #waiting(): Promise<number> {
    const metrics = await this.#get('/metrics');
    return Number(/^sluice_waiting_requests (\d+)$/m.exec(metrics)?.[1]);
  }

  async #get(path: string): Promise<string> {
    const asked = request(`${this.#apiUrl}${path}`, { agent: this.#agent }).end();
    // Also when it comes after the answer has begun, which then breaks off.
    asked.on('error', () => {});
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    if (response.statusCode !== 200) throw new Error(`${path} was answered ${response.statusCode}: ${text}`);
    return text;
  }
}
