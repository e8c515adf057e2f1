import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { HttpWaiters } from './http-waiters.ts';

/** Whoever follows workspaces while others work: a stream of events for each, and requests that wait for executions. */
export interface Listeners {
  /** Events that the streams have brought so far. */
  events(): number;
  stop(): void;
}

/** Resolves when all of them listen. */
export async function startListeners(
  { apiUrl }: { apiUrl: string },
  workspaceIds: readonly string[],
  executions: readonly { workspaceId: string; id: string }[],
): Promise<Listeners> {
  const streams = await Promise.all(
    workspaceIds.map((id) => openStream(`${apiUrl}/v1/workspaces/${id}/events`)),
  );
  const waiters = new HttpWaiters(apiUrl);
  const stop = () => {
    waiters.stop();
    for (const { asked } of streams) asked.destroy();
  };
  try {
    await waiters.start(executions);
  } catch (error) {
    stop();
    throw error;
  }
  return { events: () => streams.reduce((sum, { events }) => sum + events(), 0), stop };
}

interface Stream {
  readonly asked: ClientRequest;
  events(): number;
}

async function openStream(url: string): Promise<Stream> {
  const asked = get(url);
  // It is broken off at the end.
  asked.on('error', () => {});
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${url} was answered ${response.statusCode}`);
  let events = 0;
  response.on('error', () => {});
  response.on('data', (part: Buffer) => {
    // An event ends with an empty line, which may be cut in two: then it is not counted, and nothing depends on one.
    for (let at = part.indexOf('\n\n'); at >= 0; at = part.indexOf('\n\n', at + 2)) events++;
  });
  return { asked, events: () => events };
}
