import { NativeConnection } from '@temporalio/worker';
import { allowDeepMessages } from '../../temporal/connection/deep-messages.ts';
import type { TemporalSettings } from '../../temporal/connection/temporal-settings.ts';
import { TemporalUnreachableError } from '../../temporal/connection/temporal-unreachable.ts';

/**
 * The one connection that all Workers of a process share. It is apart from the client's because it loads the SDK's native core, which
 * processes without a Worker do without.
 *
 * @throws TemporalUnreachableError when the server does not answer.
 */
export async function connectTemporalWorkers(temporal: TemporalSettings): Promise<NativeConnection> {
  allowDeepMessages();
  try {
    return await NativeConnection.connect({ ...temporal.access, address: temporal.address });
  } catch (cause) {
    throw new TemporalUnreachableError(temporal, { cause });
  }
}
