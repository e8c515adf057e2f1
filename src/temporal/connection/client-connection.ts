import { Client, Connection } from '@temporalio/client';
import { allowDeepMessages } from './deep-messages.ts';
import type { TemporalSettings } from './temporal-settings.ts';
import { TemporalUnreachableError } from './temporal-unreachable.ts';

/**
 * How long gRPC waits at most between tries to connect again. Its own default grows to two minutes, and for that long after an
 * outage every wake would fail and wait for the sweep.
 */
const RECONNECT_WAIT_MAX_MS = 5_000;
const CHANNEL_ARGS = { 'grpc.max_reconnect_backoff_ms': RECONNECT_WAIT_MAX_MS };

/**
 * A client that connects when it is first used, so that the API starts and accepts while Temporal is down.
 */
export function lazyTemporalClient({ address, namespace, access }: TemporalSettings): Client {
  allowDeepMessages();
  return new Client({
    connection: Connection.lazy({ ...access, address, channelArgs: CHANNEL_ARGS }),
    namespace,
  });
}

/**
 * A client that is connected.
 *
 * @throws TemporalUnreachableError when the server does not answer within 10 s.
 */
export async function connectTemporalClient(temporal: TemporalSettings): Promise<Client> {
  allowDeepMessages();
  const { address, namespace, access } = temporal;
  try {
    const connection = await Connection.connect({
      ...access,
      address,
      channelArgs: CHANNEL_ARGS,
      connectTimeout: '10s',
    });
    return new Client({ connection, namespace });
  } catch (cause) {
    throw new TemporalUnreachableError(temporal, { cause });
  }
}
