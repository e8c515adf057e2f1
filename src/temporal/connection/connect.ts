import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { allowDeepMessages } from './deep-messages.ts';

/** Where Temporal is, as \@temporalio/envconfig reads it: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*. */
export interface TemporalTarget {
  readonly address: string;
  readonly namespace: string;
}

/** Thrown when Temporal does not answer while a process starts. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';
  readonly target: TemporalTarget;

  constructor(target: TemporalTarget, options: { cause: unknown }) {
    const why = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(
      `Temporal does not answer at ${target.address} (namespace ${target.namespace}): ${why}\n` +
        '  Set TEMPORAL_ADDRESS (and TEMPORAL_NAMESPACE, TEMPORAL_API_KEY) to a server that runs, or leave it unset for `npm start` to bring one.',
      options,
    );
    this.target = target;
  }
}

/**
 * How long gRPC waits at most between tries to connect again. Its own default grows to two minutes, and for that long after an
 * outage every wake would fail and wait for the sweep.
 */
const RECONNECT_WAIT_MAX_MS = 5_000;
const CHANNEL_ARGS = { 'grpc.max_reconnect_backoff_ms': RECONNECT_WAIT_MAX_MS };

export function temporalTarget(): TemporalTarget {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return { address: connectionOptions.address ?? '127.0.0.1:7233', namespace: namespace ?? 'default' };
}

/**
 * A client that connects when it is first used, so that the API starts and accepts while Temporal is down.
 */
export function lazyTemporalClient(): Client {
  allowDeepMessages();
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return new Client({
    connection: Connection.lazy({ ...connectionOptions, channelArgs: CHANNEL_ARGS }),
    namespace: namespace ?? 'default',
  });
}

/**
 * A client that is connected.
 *
 * @throws TemporalUnreachableError when the server does not answer within 10 s.
 */
export async function connectTemporalClient(): Promise<Client> {
  allowDeepMessages();
  const { connectionOptions, namespace } = loadClientConnectConfig();
  try {
    const connection = await Connection.connect({
      ...connectionOptions,
      channelArgs: CHANNEL_ARGS,
      connectTimeout: '10s',
    });
    return new Client({ connection, namespace: namespace ?? 'default' });
  } catch (cause) {
    throw new TemporalUnreachableError(temporalTarget(), { cause });
  }
}

/**
 * The one connection that all Workers of a process share.
 *
 * @throws TemporalUnreachableError when the server does not answer.
 */
export async function connectTemporalWorkers(): Promise<NativeConnection> {
  allowDeepMessages();
  const { connectionOptions } = loadClientConnectConfig();
  try {
    return await NativeConnection.connect(connectionOptions);
  } catch (cause) {
    throw new TemporalUnreachableError(temporalTarget(), { cause });
  }
}
