import { loadClientConnectConfig } from '@temporalio/envconfig';
import { connectTemporalClient } from '../../temporal/connection/client-connection.ts';
import { LocalStartError } from '../local-start-error.ts';

/**
 * True when a variable, or a profile of Temporal's own configuration file, says where Temporal is.
 *
 * @throws LocalStartError when they can not be read or say only half of it.
 */
export function temporalIsElsewhere(): boolean {
  const { connectionOptions } = readTemporalSettings();
  if (connectionOptions.address) return true;
  if (connectionOptions.apiKey || connectionOptions.tls) {
    throw new LocalStartError(
      'TEMPORAL_API_KEY or TEMPORAL_TLS_* is set, and TEMPORAL_ADDRESS is not; nothing was started.\n' +
        '  Set TEMPORAL_ADDRESS to the server they are for, or unset them for `npm start` to bring one.',
    );
  }
  return false;
}

function readTemporalSettings(): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig();
  } catch (cause) {
    throw new LocalStartError(
      `Temporal's settings can not be read: ${(cause as Error).message}; nothing was started.\n` +
        '  Correct the TEMPORAL_* variables, or the file that TEMPORAL_CONFIG_FILE names and the profile TEMPORAL_PROFILE in it.',
      { cause },
    );
  }
}

/** @throws TemporalUnreachableError when it does not answer. */
export async function requireTemporal(): Promise<void> {
  const client = await connectTemporalClient();
  await client.connection.close();
}
