import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type TierConfigs, DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { ensureDatabase } from '../../src/db/server/ensure-database.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { startLocalPostgres } from '../../src/local/postgres/local-postgres.ts';
import type { ProcessIdentity } from '../../src/local/processes/process-identity.ts';
import { takeDataDir } from '../../src/local/processes/run-file.ts';
import type { Service } from '../../src/local/processes/service.ts';
import { startLocalTemporal } from '../../src/local/temporal/temporal-server.ts';
import { type ShardedTemporalOptions, startShardedTemporal } from '../../test/support/sharded-temporal.ts';

/** The queues that are measured are longer than those that are sold. */
export const BENCH_TIERS: TierConfigs = {
  ...DEFAULT_TIER_CONFIGS,
  pro: { ...DEFAULT_TIER_CONFIGS.pro, maxPending: 10_000_000 },
};

/** Each kind of contestant has a namespace of its own, so that none sees another's workflows. */
export const NAMESPACES = { sluice: 'sluice', raw: 'raw', peers: 'peers' } as const;

/** The Postgres and the Temporal that all contestants share. */
export interface Servers {
  /** Holds logs and what workers write; removed at the end. */
  readonly dataDir: string;
  readonly temporalAddress: string;
  readonly uiUrl: string;
  readonly temporalServer: string;
  readonly postgresPid: number;
  /** Null when it is not the bench's own. */
  readonly temporalPid: number | null;
  client(namespace: string): Client;
  /** An empty database of a new name. */
  newDatabase(): Promise<string>;
  /** A migrated database of a new name. */
  newSluiceDatabase(): Promise<string>;
  onSpawn(identity: ProcessIdentity): void;
  stop(): Promise<void>;
}

export interface ServersOptions {
  /** Host and port of a Temporal server to use instead of a dev server of the bench's own; its namespaces must exist. */
  readonly temporalAddress: string | null;
  /** How many history shards a Temporal server on Postgres is to have, instead of a dev server; null for a dev server. */
  readonly shards: number | null;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Starts a Postgres, and a dev server as `npm start` does unless told otherwise. */
export async function startServers({
  temporalAddress,
  shards,
  say,
  signal,
}: ServersOptions): Promise<Servers> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const runFile = await takeDataDir(dataDir, say);
  const atEnd: (() => Promise<unknown>)[] = [];
  let databases = 0;
  const stop = async () => {
    for (const end of atEnd.splice(0).reverse()) await end();
    runFile.release();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const options = { dataDir, onSpawn: runFile.add, progress: say, signal };
    const postgres = await startLocalPostgres({ ...options, port: await freePort() });
    atEnd.push(() => postgres.stop());
    const temporal = temporalAddress === null ? await startTemporal(options, shards) : null;
    if (temporal) atEnd.push(() => temporal.stop());
    const address = temporal?.address ?? temporalAddress!;
    const connection = await Connection.connect({ address });
    atEnd.push(() => connection.close());
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    const newDatabase = () => ensureDatabase(postgres.url, `bench_${++databases}`);
    return {
      dataDir,
      temporalAddress: address,
      uiUrl: temporal?.uiUrl ?? 'http://127.0.0.1:8233',
      temporalServer: `${serverVersion}${temporal?.kind ?? ''}`,
      postgresPid: postgres.identity.pid,
      temporalPid: temporal?.identity.pid ?? null,
      client: (namespace) => new Client({ connection, namespace }),
      newDatabase,
      async newSluiceDatabase() {
        const url = await newDatabase();
        await migrateDatabase(url, BENCH_TIERS, () => {});
        await makeOneInstallation(url);
        return url;
      },
      onSpawn: runFile.add,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** All databases share one namespace, one after another, as if each were a copy of the one before. */
async function makeOneInstallation(url: string): Promise<void> {
  await onServer(url, (client) =>
    client.query('update deployment set id = $1', ['00000000-0000-4000-8000-000000000000']),
  );
}

type TemporalOptions = Pick<ShardedTemporalOptions, 'dataDir' | 'onSpawn' | 'progress' | 'signal'>;

async function startTemporal(
  options: TemporalOptions,
  shards: number | null,
): Promise<Service & { address: string; uiUrl?: string; kind: string }> {
  const namespaces = Object.values(NAMESPACES);
  if (shards !== null) {
    const sharded = await startShardedTemporal({ ...options, shards, namespaces });
    return { ...sharded, kind: ` with ${shards} history shards on Postgres` };
  }
  const ports = { port: await freePort(), uiPort: await freePort() };
  const dev = await startLocalTemporal({ ...options, ...ports, namespaces });
  return { ...dev, kind: ', dev server as npm start configures it' };
}
