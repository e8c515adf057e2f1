import type { CallOptions, Send } from '../calls/calls.ts';
import type { components } from '../generated/api.ts';
import { followBlocks } from './follow-blocks.ts';

/** One change of a workspace or of an execution. */
export type WorkspaceEvent = components['schemas']['WorkspaceEvent'];

export interface EventsOptions extends CallOptions {
  /** The id of an event: begins with the one after it. Left out, it begins now. */
  readonly after?: string | undefined;
}

/** See Sluice.events. */
export async function* followEvents(
  send: Send,
  workspaceId: string,
  { after, signal }: EventsOptions,
): AsyncGenerator<WorkspaceEvent, void, void> {
  const open = async (lastId: string | undefined) => {
    const { data } = await send(
      (api, limited) =>
        api.GET('/v1/workspaces/{workspaceId}/events', {
          params: { path: { workspaceId }, query: lastId === undefined ? {} : { after: lastId } },
          parseAs: 'stream',
          signal: limited,
        }),
      { signal },
    );
    return data as ReadableStream<Uint8Array>;
  };
  for await (const { data } of followBlocks(open, { after, signal }))
    if (data !== undefined) yield JSON.parse(data) as WorkspaceEvent;
}
