import type { CallOptions, Send } from './calls/calls.ts';
import type { components } from './generated/api.ts';

/** A workspace's gate: what it lets through, and what it sees. */
export type Gate = components['schemas']['Gate'];

export interface Gates {
  get(workspaceId: string, options?: CallOptions): Promise<Gate>;
  /** Lets it look at the queue at once, and starts it when it does not run. Gives how it was before; `reconciledAt` changes when it has looked. */
  wake(workspaceId: string, options?: CallOptions): Promise<Gate>;
}

export function createGates(send: Send): Gates {
  const at = (workspaceId: string) => ({ path: { workspaceId } });
  return {
    async get(workspaceId, options) {
      const { data } = await send<Gate>(
        (api, signal) => api.GET('/v1/workspaces/{workspaceId}/gate', { params: at(workspaceId), signal }),
        options,
      );
      return data;
    },
    async wake(workspaceId, options) {
      const { data } = await send<Gate>(
        (api, signal) =>
          api.POST('/v1/workspaces/{workspaceId}/gate/wake', { params: at(workspaceId), signal }),
        options,
      );
      return data;
    },
  };
}
