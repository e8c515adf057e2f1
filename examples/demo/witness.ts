import { setTimeout as delay } from 'node:timers/promises';
import { type EchoService, startEchoService } from '../../src/local/echo/echo-service.ts';
import type { EchoCountsView } from '../../src/local/echo/echo-counts.ts';

/** What the called service saw of one workspace's calls. */
export interface Seen {
  inFlight: number;
  most: number;
  arrivals: string[];
  /** How often each call was answered, by its name. */
  answered: Map<string, number>;
}

/** The echo service as the demo's witness: it counts for itself how many calls are open at once. */
export interface Witness {
  readonly url: string;
  seen(workspaceId: string): Seen;
  /** Begins the maximum anew, from what is open now. */
  resetMost(workspaceId: string): Promise<void>;
  close(): Promise<void>;
}

const READ_EVERY_MS = 50;

/** Uses the echo service that `npm start` brings; starts one at that port when there is none. */
export async function startWitness(options: {
  port: number;
  workspaceIds: readonly string[];
}): Promise<Witness> {
  const url = `http://127.0.0.1:${options.port}`;
  const own: EchoService | null = (await answers(url)) ? null : await startEchoService(options);
  const records = new Map(options.workspaceIds.map((id) => [id, new Record()]));
  const ending = new AbortController();
  const read = async (id: string) => {
    const counts = await countsOf(`${url}/counts/${id}`, 'GET');
    if (counts !== null) records.get(id)!.note(counts);
  };
  const reading = (async () => {
    while (!ending.signal.aborted) {
      await Promise.all(options.workspaceIds.map(read));
      await delay(READ_EVERY_MS);
    }
  })();
  return {
    url,
    seen: (id) => records.get(id)!.seen,
    async resetMost(id) {
      const counts = await countsOf(`${url}/counts/${id}/most`, 'DELETE');
      if (counts !== null) records.get(id)!.begin(counts);
    },
    async close() {
      ending.abort();
      await reading;
      await own?.stop();
    },
  };
}

/** Keeps what a service saw before it was started again, with all of Sluice, in the middle of the demo. */
class Record {
  readonly seen: Seen = { inFlight: 0, most: 0, arrivals: [], answered: new Map() };
  #before: Seen = { inFlight: 0, most: 0, arrivals: [], answered: new Map() };
  #since = '';

  note(counts: EchoCountsView): void {
    if (counts.since !== this.#since) {
      this.#before = {
        ...this.seen,
        arrivals: [...this.seen.arrivals],
        answered: new Map(this.seen.answered),
      };
      this.#since = counts.since;
    }
    this.seen.inFlight = counts.inFlight;
    this.seen.most = Math.max(this.#before.most, counts.most);
    this.seen.arrivals = [...new Set([...this.#before.arrivals, ...counts.arrivals])];
    this.seen.answered = new Map(this.#before.answered);
    for (const [name, times] of Object.entries(counts.answered))
      this.seen.answered.set(name, (this.#before.answered.get(name) ?? 0) + times);
  }

  begin(counts: EchoCountsView): void {
    this.#before.most = 0;
    this.note(counts);
  }
}

async function answers(url: string): Promise<boolean> {
  return (await countsOf(`${url}/counts/none`, 'GET')) !== null;
}

/** Null while the service is down. */
async function countsOf(url: string, method: string): Promise<EchoCountsView | null> {
  try {
    return (await (await fetch(url, { method })).json()) as EchoCountsView;
  } catch {
    return null;
  }
}
