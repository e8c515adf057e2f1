import { connectTemporalClient } from '../../temporal/connection/client-connection.ts';
import type { TemporalSettings } from '../../temporal/connection/temporal-settings.ts';
import { LocalStartError } from '../local-start-error.ts';

/**
 * True when a variable, or a profile of Temporal's own configuration file, says where Temporal is.
 *
 * @throws LocalStartError when they say only half of it.
 */
export function temporalIsElsewhere({ isAddressSet, access }: TemporalSettings): boolean {
  if (isAddressSet) return true;
  if (access.apiKey || access.tls) {
    throw new LocalStartError(
      'TEMPORAL_API_KEY or TEMPORAL_TLS_* is set, and TEMPORAL_ADDRESS is not; nothing was started.\n' +
        '  Set TEMPORAL_ADDRESS to the server they are for, or unset them for `npm start` to bring one.',
    );
  }
  return false;
}

/** @throws TemporalUnreachableError when it does not answer. */
export async function requireTemporal(temporal: TemporalSettings): Promise<void> {
  const client = await connectTemporalClient(temporal);
  await client.connection.close();
}
