import { randomUUID } from 'node:crypto';
import { within } from '../async/within.ts';
import type { Config } from '../config/config.ts';
import { checkOutbox, openOutbox } from '../db/outbox/outbox.ts';
import { createAllowedHosts } from '../network/allowed-hosts.ts';
import type { Log } from '../process/log.ts';
import { logRepeated } from '../process/repeated-failures.ts';
import type { Running } from '../process/run-process.ts';
import { LookedThrough } from './looked-through.ts';
import { createRelayMetrics } from './ops/relay-metrics.ts';
import { openRelayPort } from './ops/relay-port.ts';
import { type Relay, startPolling } from './relay.ts';
import { postBatch, type SluiceAddress } from './send/post-batch.ts';
import { Outage } from './waits.ts';

export interface RelayOptions {
  readonly outboxUrl: string;
  readonly sluice: SluiceAddress;
  readonly keptHours: number;
  /** 0 is none. */
  readonly metricsPort: number;
}

/**
 * Moves the requests of an outbox to a Sluice until it is stopped. The outbox must answer when it starts; Sluice need not.
 *
 * @throws OutboxUnusableError, RelayPortError
 */
export async function startRelay(
  config: Pick<Config, 'HOST' | 'ALLOWED_HOSTS' | 'SHUTDOWN_GRACE_SECONDS'>,
  log: Log,
  { outboxUrl, sluice, keptHours, metricsPort }: RelayOptions,
): Promise<Running & { readonly metricsUrl: string | null }> {
  const outbox = openOutbox(outboxUrl, (error) =>
    logRepeated(log, 'warn', { error }, 'a connection to the outbox broke'),
  );
  const stopping = new AbortController();
  const cut = new AbortController();
  const outage = new Outage();
  let polling: Relay | null = null;
  const metrics = createRelayMetrics(() => polling?.lagSeconds() ?? 0);
  try {
    await checkOutbox(outbox);
    const port =
      metricsPort === 0
        ? null
        : await openRelayPort({
            host: config.HOST,
            port: metricsPort,
            allowedHosts: createAllowedHosts(config),
            registry: metrics.registry,
            problems: () => polling?.problems() ?? [],
          });
    polling = startPolling(
      {
        outbox,
        relay: randomUUID(),
        post: (requests) => postBatch(sluice, requests, cut.signal),
        isKept: keptHours > 0,
        looked: new LookedThrough(),
        outage,
        failures: new Map(),
        metrics,
        log,
        stopping: stopping.signal,
      },
      { keptHours },
    );
    log.info({ sluice: sluice.baseUrl, metrics: port?.url ?? null }, 'the relay runs');
    const { stop } = polling;
    return {
      metricsUrl: port?.url ?? null,
      async stop() {
        stopping.abort();
        const stopped = stop();
        await within(stopped, config.SHUTDOWN_GRACE_SECONDS * 1000, () => new Error()).catch(() =>
          cut.abort(),
        );
        await stopped;
        await port?.stop();
        await outbox.close();
      },
    };
  } catch (error) {
    await outbox.close();
    throw error;
  }
}
