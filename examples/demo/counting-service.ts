import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the service itself saw of one workspace's calls. */
export interface Seen {
  /** Calls open at this moment. */
  inFlight: number;
  /** The most that were open at once since the last `resetMost`. */
  most: number;
  /** Names of calls in the order of their first arrival. */
  readonly arrivals: string[];
  /** Calls answered, by name. */
  readonly answered: Map<string, number>;
}

export interface CountingService {
  readonly url: string;
  seen(workspaceId: string): Seen;
  /** Forgets the maximum so far; from now on it counts from what is open. */
  resetMost(workspaceId: string): void;
  close(): Promise<void>;
}

/**
 * An HTTP service that answers each `POST /{workspace}/{name}` after a while and counts for itself how many calls are open at once:
 * an independent witness of the cap.
 */
export async function startCountingService(options: { answerAfterMs: number }): Promise<CountingService> {
  const workspaces = new Map<string, Seen>();
  const seen = (workspaceId: string): Seen => {
    const known = workspaces.get(workspaceId) ?? {
      inFlight: 0,
      most: 0,
      arrivals: [],
      answered: new Map<string, number>(),
    };
    workspaces.set(workspaceId, known);
    return known;
  };
  const server = createServer((request, response) => {
    const [, workspaceId = '', name = ''] = (request.url ?? '').split('/');
    const counts = seen(workspaceId);
    counts.inFlight++;
    counts.most = Math.max(counts.most, counts.inFlight);
    if (!counts.arrivals.includes(name)) counts.arrivals.push(name);
    const answer = setTimeout(() => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name }));
    }, options.answerAfterMs);
    response.on('finish', () => counts.answered.set(name, (counts.answered.get(name) ?? 0) + 1));
    response.on('close', () => {
      clearTimeout(answer);
      counts.inFlight--;
    });
    request.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    resetMost(workspaceId) {
      const counts = seen(workspaceId);
      counts.most = counts.inFlight;
    },
    close: () => closeServer(server),
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
