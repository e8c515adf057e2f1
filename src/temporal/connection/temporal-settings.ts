import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { OperatorError } from '../../process/operator-error.ts';

/**
 * Where Temporal is and how it is reached: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, or a profile of
 * Temporal's own configuration file.
 */
export interface TemporalSettings {
  /** Host and port. */
  readonly address: string;
  /** Whether the address was set, and is not only the default. */
  readonly isAddressSet: boolean;
  readonly namespace: string;
  /** Its API key, TLS and metadata. */
  readonly access: Omit<ClientConnectConfig['connectionOptions'], 'address'>;
}

/** Thrown when the TEMPORAL_* variables, or the file that one of them names, cannot be read. */
export class TemporalSettingsError extends OperatorError {
  override readonly name = 'TemporalSettingsError';

  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `Temporal's settings cannot be read: ${why}; nothing was started.\n` +
        '  Correct the TEMPORAL_* variables, or the file that TEMPORAL_CONFIG_FILE names and the profile TEMPORAL_PROFILE in it.',
      { cause },
    );
  }
}

/**
 * Reads them as all of Temporal's programs do, by \@temporalio/envconfig. The address defaults to 127.0.0.1:7233, the namespace to
 * `default`.
 *
 * @throws TemporalSettingsError
 */
export function readTemporalSettings(env: Readonly<Record<string, string | undefined>>): TemporalSettings {
  const { connectionOptions, namespace } = load(env);
  const { address, ...access } = connectionOptions;
  return {
    address: address ?? '127.0.0.1:7233',
    isAddressSet: Boolean(address),
    namespace: namespace ?? 'default',
    access,
  };
}

function load(env: Readonly<Record<string, string | undefined>>): ClientConnectConfig {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars });
  } catch (cause) {
    throw new TemporalSettingsError(cause);
  }
}
