import type { CallOptions, Send } from './calls/calls.ts';
import type { components, operations } from './generated/api.ts';

/** A plan of workspaces, and its numbers. */
export type Tier = components['schemas']['Tier'];
export type TierName = Tier['name'];
export type TierSettings = operations['putTier']['requestBody']['content']['application/json'];

export interface Tiers {
  /** Replaces the settings of a tier, for all workspaces that are on it. */
  put(name: TierName, settings: TierSettings, options?: CallOptions): Promise<Tier>;
  get(name: TierName, options?: CallOptions): Promise<Tier>;
  /** All of them, from smallest to largest. */
  list(options?: CallOptions): Promise<Tier[]>;
}

export function createTiers(send: Send): Tiers {
  const at = (tier: TierName) => ({ path: { tier } });
  return {
    async put(name, body, options) {
      const { data } = await send<Tier>(
        (api, signal) => api.PUT('/v1/tiers/{tier}', { params: at(name), body, signal }),
        options,
      );
      return data;
    },
    async get(name, options) {
      const { data } = await send<Tier>(
        (api, signal) => api.GET('/v1/tiers/{tier}', { params: at(name), signal }),
        options,
      );
      return data;
    },
    async list(options) {
      const { data } = await send<components['schemas']['TierList']>(
        (api, signal) => api.GET('/v1/tiers', { signal }),
        options,
      );
      return data.items;
    },
  };
}
