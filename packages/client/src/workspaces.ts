import type { CallOptions, Send } from './calls/calls.ts';
import type { components, operations } from './generated/api.ts';
import { type ListOptions, listPages } from './pages.ts';

type BodyOf<O extends { requestBody: { content: { 'application/json': unknown } } }> =
  O['requestBody']['content']['application/json'];

/** An execution that waits, with its place. */
export type QueuedExecution = components['schemas']['QueuedExecution'];

/** A tenant: its settings, and what they come to. */
export type Workspace = components['schemas']['Workspace'];
export type WorkspaceSettings = BodyOf<operations['putWorkspace']>;
export type WorkspaceChanges = BodyOf<operations['patchWorkspace']>;

export type WorkspacePause = Omit<BodyOf<operations['pauseWorkspace']>, 'until'> & {
  /** When it resumes by itself: a text is RFC 3339. Left out: when somebody resumes it. */
  readonly until?: Date | string | undefined;
};
export type WorkspaceDeleted = components['schemas']['WorkspaceDeleted'];
/** An act, as it was recorded. */
export type Change = components['schemas']['Change'];

export interface ReasonOptions extends CallOptions {
  /** For the record of changes. */
  readonly reason?: string | undefined;
}

export interface DeleteOptions extends ReasonOptions {
  readonly endWork?: boolean | undefined;
}

export interface Workspaces {
  /** Creates a workspace, or replaces its settings: an omitted setting gets its default. */
  put(workspaceId: string, settings: WorkspaceSettings, options?: CallOptions): Promise<Workspace>;
  /** Changes some settings and keeps the others. */
  patch(workspaceId: string, changes: WorkspaceChanges, options?: CallOptions): Promise<Workspace>;
  get(workspaceId: string, options?: CallOptions): Promise<Workspace>;
  /** Nothing is admitted until it is resumed, or until then; what runs goes on. */
  pause(workspaceId: string, pause: WorkspacePause, options?: CallOptions): Promise<Workspace>;
  resume(workspaceId: string, options?: ReasonOptions): Promise<Workspace>;
  /**
   * Refused while it has work, unless `endWork`: cancels what waits then, and terminates what runs. A repeat says what is left.
   *
   * @throws WorkspaceHasWorkError
   */
  delete(workspaceId: string, options?: DeleteOptions): Promise<WorkspaceDeleted>;
  /** What was done to it, by whom and when, newest first; of a deleted one, too. */
  changes(workspaceId: string, options?: ListOptions): AsyncIterable<Change>;
  /** All of them, in the order of their ids; pages are read as they are needed. */
  list(options?: ListOptions): AsyncIterable<Workspace>;
  /** Its pending executions in the order in which they are admitted, each with its place. */
  queue(workspaceId: string, options?: ListOptions): AsyncIterable<QueuedExecution>;
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
    async pause(workspaceId, { reason, until }, options) {
      const body = {
        reason,
        ...(until !== undefined && { until: typeof until === 'string' ? until : until.toISOString() }),
      };
      const { data } = await send<Workspace>(
        (api, signal) =>
          api.PUT('/v1/workspaces/{workspaceId}/pause', { params: at(workspaceId), body, signal }),
        options,
      );
      return data;
    },
    async resume(workspaceId, { reason, ...options } = {}) {
      const query = reason === undefined ? {} : { reason };
      const { data } = await send<Workspace>(
        (api, signal) =>
          api.DELETE('/v1/workspaces/{workspaceId}/pause', { params: { ...at(workspaceId), query }, signal }),
        options,
      );
      return data;
    },
    async delete(workspaceId, { reason, endWork, ...options } = {}) {
      const query = {
        ...(reason !== undefined && { reason }),
        ...(endWork === true && { endWork: 'true' as const }),
      };
      const { data } = await send<WorkspaceDeleted>(
        (api, signal) =>
          api.DELETE('/v1/workspaces/{workspaceId}', { params: { ...at(workspaceId), query }, signal }),
        options,
      );
      return data;
    },
    changes: (workspaceId, { pageSize, signal } = {}) =>
      listPages<Change>(pageSize, async (query) => {
        const { data } = await send<components['schemas']['ChangePage']>(
          (api, limited) =>
            api.GET('/v1/workspaces/{workspaceId}/changes', {
              params: { ...at(workspaceId), query },
              signal: limited,
            }),
          { signal },
        );
        return data;
      }),
    list: ({ pageSize, signal } = {}) =>
      listPages<Workspace>(pageSize, async (query) => {
        const { data } = await send<components['schemas']['WorkspacePage']>(
          (api, limited) => api.GET('/v1/workspaces', { params: { query }, signal: limited }),
          { signal },
        );
        return data;
      }),
    queue: (workspaceId, { pageSize, signal } = {}) =>
      listPages<QueuedExecution>(pageSize, async (query) => {
        const { data } = await send<components['schemas']['QueuePage']>(
          (api, limited) =>
            api.GET('/v1/workspaces/{workspaceId}/queue', {
              params: { ...at(workspaceId), query },
              signal: limited,
            }),
          { signal },
        );
        return data;
      }),
  };
}
