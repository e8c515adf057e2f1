import type { CallOptions, Send } from './calls/calls.ts';
import type { components, operations } from './generated/api.ts';
import { type ListOptions, listPages } from './pages.ts';

type BodyOf<O extends { requestBody: { content: { 'application/json': unknown } } }> =
  O['requestBody']['content']['application/json'];

/** A tenant: its settings, and what they come to. */
export type Workspace = components['schemas']['Workspace'];
export type WorkspaceSettings = BodyOf<operations['putWorkspace']>;
export type WorkspaceChanges = BodyOf<operations['patchWorkspace']>;

export interface Workspaces {
  /** Creates a workspace, or replaces its settings: an omitted setting gets its default. */
  put(workspaceId: string, settings: WorkspaceSettings, options?: CallOptions): Promise<Workspace>;
  /** Changes some settings and keeps the others. */
  patch(workspaceId: string, changes: WorkspaceChanges, options?: CallOptions): Promise<Workspace>;
  get(workspaceId: string, options?: CallOptions): Promise<Workspace>;
  /** All of them, in the order of their ids; pages are read as they are needed. */
  list(options?: ListOptions): AsyncIterable<Workspace>;
}

export function createWorkspaces(send: Send): Workspaces {
  const at = (workspaceId: string) => ({ path: { workspaceId } });
  return {
    async put(workspaceId, body, options) {
      const { data } = await send<Workspace>(
        (api, signal) => api.PUT('/v1/workspaces/{workspaceId}', { params: at(workspaceId), body, signal }),
        options,
      );
      return data;
    },
    async patch(workspaceId, body, options) {
      const { data } = await send<Workspace>(
        (api, signal) => api.PATCH('/v1/workspaces/{workspaceId}', { params: at(workspaceId), body, signal }),
        options,
      );
      return data;
    },
    async get(workspaceId, options) {
      const { data } = await send<Workspace>(
        (api, signal) => api.GET('/v1/workspaces/{workspaceId}', { params: at(workspaceId), signal }),
        options,
      );
      return data;
    },
    list: ({ pageSize, signal } = {}) =>
      listPages<Workspace>(pageSize, async (query) => {
        const { data } = await send<components['schemas']['WorkspacePage']>(
          (api, limited) => api.GET('/v1/workspaces', { params: { query }, signal: limited }),
          { signal },
        );
        return data;
      }),
  };
}
