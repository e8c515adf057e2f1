import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';

/**
 * Where Temporal is and how it is reached, as \@temporalio/envconfig reads it: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY,
 * TEMPORAL_TLS_*, or a profile of Temporal's own configuration file.
 */
export interface TemporalSettings {
  /** Defaults to 127.0.0.1:7233. */
  readonly address: string;
  /** Defaults to `default`. */
  readonly namespace: string;
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
}

export function readTemporalSettings(): TemporalSettings {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return {
    address: connectionOptions.address ?? '127.0.0.1:7233',
    namespace: namespace ?? 'default',
    connectionOptions,
  };
}
