import { createTestDatabase } from '../support/database.ts';
import { TcpProxy } from '../support/proxy.ts';
import { testTemporalAddress } from '../support/temporal.ts';
import { type World, startWorld } from '../support/world.ts';

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly tookMs: number;
  // The tests assert its contents.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** The proxies of a process to its servers. */
interface Proxies {
  readonly toPostgres: TcpProxy;
  readonly toTemporal: TcpProxy;
}

type Spoilable = Pick<TcpProxy, 'cut' | 'freeze' | 'slow' | 'mend'>;

/** The whole product in this process, with proxies to its servers that can be spoiled, and a direct way for the test to look. */
export interface SpoilableWorld extends Omit<World, 'call'> {
  readonly api: Proxies;
  readonly worker: Proxies;
  /** The proxies of both to the same server: as if that were down. */
  readonly toPostgres: Spoilable;
  readonly toTemporal: Spoilable;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/**
 * Starts API and worker, each with a proxy of its own to each server. Pass `import.meta.url`, and a migrated database if it is not to have
 * one of its own on the run's Postgres.
 */
export async function startSpoilableWorld(
  importMetaUrl: string,
  databaseUrl?: string,
): Promise<SpoilableWorld> {
  const testDatabase = databaseUrl === undefined ? await createTestDatabase() : null;
  const postgres = databaseUrl ?? testDatabase!.url;
  const temporal = `tcp://${testTemporalAddress()}`;
  const proxies = (): Proxies => ({
    toPostgres: new TcpProxy(new URL(postgres)),
    toTemporal: new TcpProxy(new URL(temporal)),
  });
  const [api, worker] = [proxies(), proxies()];
  const world = await startWorld(
    importMetaUrl,
    { LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent', SWEEP_INTERVAL_SECONDS: '2' },
    { databaseUrl: postgres, api: await wayBy(api), worker: await wayBy(worker) },
  );
  const all = [api.toPostgres, api.toTemporal, worker.toPostgres, worker.toTemporal];
  return {
    ...world,
    api,
    worker,
    toPostgres: together(api.toPostgres, worker.toPostgres),
    toTemporal: together(api.toTemporal, worker.toTemporal),
    async call(method, path, body, headers) {
      const startedAt = performance.now();
      const answer = await world.call(method, path, body, headers);
      return {
        status: answer.status,
        retryAfter: answer.headers.get('retry-after'),
        body: answer.body,
        tookMs: performance.now() - startedAt,
      };
    },
    async stop() {
      for (const proxy of all) proxy.mend();
      await world.stop();
      for (const proxy of all) proxy.close();
      await testDatabase?.drop();
    },
  };
}

async function wayBy({ toPostgres, toTemporal }: Proxies) {
  return {
    databaseUrl: (await toPostgres.url()).toString(),
    temporalAddress: (await toTemporal.url()).host,
  };
}

function together(...proxies: readonly TcpProxy[]): Spoilable {
  return {
    cut: () => proxies.forEach((proxy) => proxy.cut()),
    freeze: () => proxies.forEach((proxy) => proxy.freeze()),
    slow: (delayMs) => proxies.forEach((proxy) => proxy.slow(delayMs)),
    mend: () => proxies.forEach((proxy) => proxy.mend()),
  };
}
