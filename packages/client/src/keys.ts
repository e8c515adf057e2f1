import type { CallOptions, Send } from './calls/calls.ts';
import type { components, operations } from './generated/api.ts';
import { type ListOptions, listPages } from './pages.ts';

/** A key of the API, without its secret. */
export type Key = components['schemas']['Key'];
/** A new key: the only answer with its secret, as `key`. */
export type CreatedKey = components['schemas']['CreatedKey'];
export type KeySettings = operations['createKey']['requestBody']['content']['application/json'];
/** How long the old key still holds, and when the new one ends. */
export type RotateKeyOptions = CallOptions &
  operations['rotateKey']['requestBody']['content']['application/json'];

export interface Keys {
  /**
   * Makes a key, never one that may do more than the client's own. It is sent once: after NoAnswerError look in the list for a key that
   * nobody has, and revoke it.
   */
  create(settings: KeySettings, options?: CallOptions): Promise<CreatedKey>;
  /** All that there ever were, in the order of their ids; pages are read as they are needed. */
  list(options?: ListOptions): AsyncIterable<Key>;
  get(keyId: string, options?: CallOptions): Promise<Key>;
  /** Makes a key that takes the place of another, once. Both hold until the grace is over: a day unless told otherwise. */
  rotate(keyId: string, options?: RotateKeyOptions): Promise<CreatedKey>;
  /** For good, within 3 s everywhere. */
  revoke(keyId: string, options?: CallOptions): Promise<Key>;
}

/** What makes a secret is asked for once: the answer that was lost would leave a key behind that nobody has. */
const ONCE = { retryForMax: 0 };

export function createKeys(send: Send): Keys {
  const at = (keyId: string) => ({ path: { keyId } });
  return {
    async create(body, options) {
      const { data } = await send<CreatedKey>((api, signal) => api.POST('/v1/keys', { body, signal }), {
        ...options,
        ...ONCE,
      });
      return data;
    },
    list: ({ pageSize, signal } = {}) =>
      listPages<Key>(pageSize, async (query) => {
        const { data } = await send<components['schemas']['KeyPage']>(
          (api, limited) => api.GET('/v1/keys', { params: { query }, signal: limited }),
          { signal },
        );
        return data;
      }),
    async get(keyId, options) {
      const { data } = await send<Key>(
        (api, signal) => api.GET('/v1/keys/{keyId}', { params: at(keyId), signal }),
        options,
      );
      return data;
    },
    async rotate(keyId, { signal: given, ...body } = {}) {
      const { data } = await send<CreatedKey>(
        (api, signal) => api.POST('/v1/keys/{keyId}/rotate', { params: at(keyId), body, signal }),
        { signal: given, ...ONCE },
      );
      return data;
    },
    async revoke(keyId, options) {
      const { data } = await send<Key>(
        (api, signal) => api.DELETE('/v1/keys/{keyId}', { params: at(keyId), signal }),
        options,
      );
      return data;
    },
  };
}
