import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { readConfig } from '../../src/config/config.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { createLog } from '../../src/process/log.ts';
import { type RelayOptions, startRelay } from '../../src/relay/start-relay.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { type Started, launch, REPOSITORY } from '../support/processes/started.ts';

/** A database with an outbox, and a caller of it. */
export interface TestOutbox {
  readonly url: string;
  readonly pool: pg.Pool;
  /** In a transaction of its own; gives the id. */
  enqueue(request: OutboxCall): Promise<string>;
  /** What is neither sent nor refused, in the order of ids. */
  unsent(): Promise<string[]>;
  refused(): Promise<{ id: string; reason: string; detail: string }[]>;
  close(): Promise<void>;
}

/** As parameters of the function, by their names. */
export interface OutboxCall {
  readonly workspace: string;
  readonly workflow_type: string;
  readonly input?: string;
  readonly idempotency_key?: string;
  readonly reference?: string;
}

export const OUTBOX_SQL = readFileSync(join(REPOSITORY, 'deploy/outbox/outbox.sql'), 'utf8');

/** On the run's Postgres, or on that server. */
export async function createOutbox(serverUrl?: string): Promise<TestOutbox> {
  const database = serverUrl === undefined ? await createEmptyDatabase() : { url: serverUrl, drop: null };
  await onServer(database.url, (client) => client.query(OUTBOX_SQL));
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => {});
  return {
    url: database.url,
    pool,
    async enqueue(request) {
      const names = Object.keys(request).map((name, index) => `${name} => $${index + 1}`);
      const { rows } = await pool.query<{ id: string }>(
        `select sluice_outbox.enqueue(${names.join(', ')}) as id`,
        Object.values(request),
      );
      return rows[0]!.id;
    },
    async unsent() {
      const { rows } = await pool.query<{ id: string }>(
        'select id from sluice_outbox.requests where sent_at is null and refused_at is null order by id',
      );
      return rows.map(({ id }) => id);
    },
    async refused() {
      const { rows } = await pool.query<{ id: string; reason: string; detail: string }>(
        'select id, reason, detail from sluice_outbox.requests where refused_at is not null order by id',
      );
      return rows;
    },
    async close() {
      await pool.end();
      await database.drop?.();
    },
  };
}

/** A relay in this process, with its metrics. */
export async function relayHere(
  outboxUrl: string,
  apiUrl: string,
  more: Partial<RelayOptions> & { readonly metricsPort?: number } = {},
) {
  const config = readConfig({ SHUTDOWN_GRACE_SECONDS: '2' });
  const log = createLog({ level: process.env['LOG_LEVEL'] ?? 'fatal', process: 'relay' });
  return startRelay(config, log, {
    outboxUrl,
    sluice: { baseUrl: apiUrl, key: () => undefined },
    keptHours: 0,
    metricsPort: 0,
    ...more,
  });
}

/** A relay as a process of its own. */
export function launchRelay(outboxUrl: string, apiUrl: string, more: Record<string, string> = {}): Started {
  return launch({ OUTBOX_URL: outboxUrl, SLUICE_URL: apiUrl, ...more }, [
    process.execPath,
    'dist/src/cli/sluice.js',
    'relay',
  ]);
}
