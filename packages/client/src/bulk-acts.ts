import type { CallOptions, Send } from './calls/calls.ts';
import { type ExecutionMatch, queryOf } from './executions/execution-match.ts';
import { newKey } from './executions/new-key.ts';
import type { components } from './generated/api.ts';

/** An act on all executions that match, and how far it has come. */
export type BulkAct = components['schemas']['BulkAct'];
/** What an act would be about. */
export type BulkPreview = components['schemas']['BulkPreview'];
export type BulkActKind = BulkAct['act'];

/** All executions that match, of a workspace. Left out: of all workspaces. */
export interface BulkMatch extends CallOptions, ExecutionMatch {
  readonly workspace?: string | undefined;
}

export interface BulkOptions extends BulkMatch {
  /** How many a preview has counted: done only when it is as many. */
  readonly expected?: number | undefined;
  /** For the record of changes. */
  readonly reason?: string | undefined;
  /** Makes it safe to repeat. Defaults to one of this call's own, which covers its retries and nothing else. */
  readonly idempotencyKey?: string | undefined;
}

export interface BulkActs {
  /** Counts what an act would be about; nothing is done. */
  preview(act: BulkActKind, match: BulkMatch): Promise<BulkPreview>;
  /**
   * Cancels, terminates or runs again all that match; resolves once it is accepted. Sluice carries it on.
   *
   * @throws MatchingChangedError
   */
  start(act: BulkActKind, options: BulkOptions): Promise<BulkAct>;
  /** With a key of one workspace, name the workspace. */
  get(
    bulkActId: string,
    options?: CallOptions & { readonly workspace?: string | undefined },
  ): Promise<BulkAct>;
}

export function createBulkActs(send: Send): BulkActs {
  const ask = async <T>(
    act: BulkActKind,
    { workspace, expected, reason, idempotencyKey, signal: given, ...match }: BulkOptions,
    preview: boolean,
  ): Promise<T> => {
    const body = {
      act,
      filter: queryOf(match),
      preview,
      ...(expected !== undefined && { expected }),
      ...(reason !== undefined && { reason }),
    };
    const header = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    const { data } = await send(
      (api, signal) =>
        workspace === undefined
          ? api.POST('/v1/bulk-acts', { params: { header }, body, signal })
          : api.POST('/v1/workspaces/{workspaceId}/bulk-acts', {
              params: { path: { workspaceId: workspace }, header },
              body,
              signal,
            }),
      { signal: given },
    );
    return data as T;
  };
  return {
    preview: (act, match) => ask<BulkPreview>(act, match, true),
    start: (act, options) => ask<BulkAct>(act, { idempotencyKey: newKey(), ...options }, false),
    async get(bulkActId, { workspace, ...options } = {}) {
      const { data } = await send<BulkAct>(
        (api, signal) =>
          workspace === undefined
            ? api.GET('/v1/bulk-acts/{bulkActId}', { params: { path: { bulkActId } }, signal })
            : api.GET('/v1/workspaces/{workspaceId}/bulk-acts/{bulkActId}', {
                params: { path: { workspaceId: workspace, bulkActId } },
                signal,
              }),
        options,
      );
      return data;
    },
  };
}
