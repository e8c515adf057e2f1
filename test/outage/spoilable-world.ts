import { createTestDatabase } from '../support/database.ts';
import { Road } from '../support/proxy.ts';
import { testTemporalAddress } from '../support/temporal.ts';
import { type World, startWorld } from '../support/world.ts';

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly tookMs: number;
  // The tests assert what is in it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** The roads of a process to its servers. */
interface Roads {
  readonly toPostgres: Road;
  readonly toTemporal: Road;
}

type Spoilable = Pick<Road, 'cut' | 'freeze' | 'slow' | 'mend'>;

/** The whole product in this process, with roads to its servers that can be spoiled, and a direct way for the test to look. */
export interface SpoilableWorld extends Omit<World, 'call'> {
  readonly api: Roads;
  readonly worker: Roads;
  /** The roads of both to the same server: as if that were down. */
  readonly toPostgres: Spoilable;
  readonly toTemporal: Spoilable;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/**
 * Starts API and worker, each with a road of its own to each server. Pass `import.meta.url`, and a migrated database if it is not to have
 * one of its own on the run's Postgres.
 */
export async function startSpoilableWorld(
  importMetaUrl: string,
  databaseUrl?: string,
): Promise<SpoilableWorld> {
  const testDatabase = databaseUrl === undefined ? await createTestDatabase() : null;
  const postgres = databaseUrl ?? testDatabase!.url;
  const temporal = `tcp://${testTemporalAddress()}`;
  const roads = (): Roads => ({
    toPostgres: new Road(new URL(postgres)),
    toTemporal: new Road(new URL(temporal)),
  });
  const [api, worker] = [roads(), roads()];
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
      for (const road of all) road.mend();
      await world.stop();
      for (const road of all) road.close();
      await testDatabase?.drop();
    },
  };
}

async function wayBy({ toPostgres, toTemporal }: Roads) {
  return {
    databaseUrl: (await toPostgres.url()).toString(),
    temporalAddress: (await toTemporal.url()).host,
  };
}

function together(...roads: readonly Road[]): Spoilable {
  return {
    cut: () => roads.forEach((road) => road.cut()),
    freeze: () => roads.forEach((road) => road.freeze()),
    slow: (delayMs) => roads.forEach((road) => road.slow(delayMs)),
    mend: () => roads.forEach((road) => road.mend()),
  };
}
