import { Client, Connection } from '@temporalio/client';
import { allowDeepMessages } from './deep-messages.ts';
import { readTemporalSettings } from './temporal-settings.ts';
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
export function lazyTemporalClient(): Client {
  allowDeepMessages();
  const { connectionOptions, namespace } = readTemporalSettings();
  return new Client({
    connection: Connection.lazy({ ...connectionOptions, channelArgs: CHANNEL_ARGS }),
    namespace,
  });
}

/**
 * A client that is connected.
 *
 * @throws TemporalUnreachableError when the server does not answer within 10 s.
 */
export async function connectTemporalClient(): Promise<Client> {
  allowDeepMessages();
  const settings = readTemporalSettings();
  const { connectionOptions, namespace } = settings;
  try {
    const connection = await Connection.connect({
      ...connectionOptions,
      channelArgs: CHANNEL_ARGS,
      connectTimeout: '10s',
    });
    return new Client({ connection, namespace });
  } catch (cause) {
    throw new TemporalUnreachableError(settings, { cause });
  }
}
