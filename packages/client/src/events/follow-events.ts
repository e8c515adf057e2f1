import type { CallOptions, Send } from '../calls/calls.ts';
import { wait } from '../calls/waiting.ts';
import type { components } from '../generated/api.ts';
import { readBlocks } from './event-stream.ts';

/** One change of a workspace or of an execution. */
export type WorkspaceEvent = components['schemas']['WorkspaceEvent'];

export interface EventsOptions extends CallOptions {
  /** The id of an event: begins with the one after it. Left out, it begins now. */
  readonly after?: string | undefined;
}

/** Before a stream that ended, or broke, is asked for again, unless Sluice says otherwise. */
const RETRY_DEFAULT_MS = 1_000;

/** See Sluice.events. */
export async function* followEvents(
  send: Send,
  workspaceId: string,
  { after, signal }: EventsOptions,
): AsyncGenerator<WorkspaceEvent, never, void> {
  let lastId = after;
  let retryMs = RETRY_DEFAULT_MS;
  for (;;) {
    const body = await open(send, workspaceId, lastId, signal);
    try {
      for await (const block of readBlocks(body, signal)) {
        retryMs = block.retryMs ?? retryMs;
        lastId = block.id ?? lastId;
        if (block.data !== undefined) yield JSON.parse(block.data) as WorkspaceEvent;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof SyntaxError) throw error;
    }
    // Readers that were cut off together do not come again together.
    await wait(retryMs * (0.5 + Math.random()), signal);
  }
}

async function open(
  send: Send,
  workspaceId: string,
  after: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ReadableStream<Uint8Array>> {
  const { data } = await send(
    (api, limited) =>
      api.GET('/v1/workspaces/{workspaceId}/events', {
        params: { path: { workspaceId }, query: after === undefined ? {} : { after } },
        parseAs: 'stream',
        signal: limited,
      }),
    { signal },
  );
  return data as ReadableStream<Uint8Array>;
}
