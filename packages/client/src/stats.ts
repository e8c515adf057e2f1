import type { CallOptions, Send } from './calls/calls.ts';
import type { components, operations } from './generated/api.ts';
import { type ListOptions, listPages } from './pages.ts';

/** All workspaces in numbers. */
export type Stats = components['schemas']['Stats'];
/** A workspace in numbers. */
export type WorkspaceStats = components['schemas']['WorkspaceStats'];

type Query = NonNullable<operations['listWorkspaceStats']['parameters']['query']>;
/** Which workspaces, in which order: the server sorts and searches. */
export type StatsFilter = ListOptions & {
  readonly [Name in Exclude<keyof Query, 'limit' | 'cursor'>]?: Query[Name] | undefined;
};

export interface StatsCalls {
  get(options?: CallOptions): Promise<Stats>;
  workspace(workspaceId: string, options?: CallOptions): Promise<WorkspaceStats>;
  /** By id unless told otherwise; pages are read as they are needed. */
  workspaces(filter?: StatsFilter): AsyncIterable<WorkspaceStats>;
}

export function createStats(send: Send): StatsCalls {
  return {
    async get(options) {
      return (await send<Stats>((api, signal) => api.GET('/v1/stats', { signal }), options)).data;
    },
    async workspace(workspaceId, options) {
      const { data } = await send<WorkspaceStats>(
        (api, signal) =>
          api.GET('/v1/stats/workspaces/{workspaceId}', { params: { path: { workspaceId } }, signal }),
        options,
      );
      return data;
    },
    workspaces: ({ pageSize, signal, ...filter } = {}) => {
      const given = Object.fromEntries(
        Object.entries(filter).filter(([, value]) => value !== undefined),
      ) as Query;
      return listPages<WorkspaceStats>(pageSize, async (page) => {
        const { data } = await send<components['schemas']['WorkspaceStatsPage']>(
          (api, limited) =>
            api.GET('/v1/stats/workspaces', { params: { query: { ...given, ...page } }, signal: limited }),
          { signal },
        );
        return data;
      });
    },
  };
}
