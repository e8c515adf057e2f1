import type { Send } from '../calls/calls.ts';
import type { Execution } from '../executions/execution.ts';
import type { Workflow } from '../executions/workflow.ts';
import { followBlocks } from './follow-blocks.ts';
import type { EventsOptions, WorkspaceEvent } from './follow-events.ts';

/** A change of an execution; or `execution`, how it is: at first, and right before `ended`, with its result. */
export type ExecutionEvent<W extends Workflow> =
  { readonly kind: 'execution'; readonly execution: Execution<W> } | WorkspaceEvent;

/** See ExecutionHandle.events. `call` is of each request for the stream. */
export async function* followExecution<W extends Workflow>(
  send: Send,
  path: { workspaceId: string; executionId: string },
  { after, signal, ...call }: EventsOptions & NonNullable<Parameters<Send>[1]>,
  endsWithoutBlock = false,
): AsyncGenerator<ExecutionEvent<W>, void, void> {
  const open = async (lastId: string | undefined) => {
    const { data, status } = await send(
      (api, limited) =>
        api.GET('/v1/workspaces/{workspaceId}/executions/{executionId}/events', {
          params: { path, query: lastId === undefined ? {} : { after: lastId } },
          parseAs: 'stream',
          signal: limited,
        }),
      { ...call, signal, mayBeEmpty: true },
    );
    // It ended before, and nothing came after that id.
    return status === 204 ? null : (data as ReadableStream<Uint8Array>);
  };
  let isFirst = after === undefined;
  for await (const { event, data } of followBlocks(open, { after, signal, endsWithoutBlock })) {
    if (data === undefined) continue;
    if (event === 'execution') {
      const execution = JSON.parse(data) as Execution<W>;
      yield { kind: 'execution', execution };
      // What had ended before has no event `ended` any more.
      if (isFirst && execution.closedAt !== null) return;
      isFirst = false;
    } else {
      const change = JSON.parse(data) as WorkspaceEvent;
      yield change;
      if (change.kind === 'ended') return;
    }
  }
}
