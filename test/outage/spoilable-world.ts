import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { startApi } from '../../src/api/start.ts';
import { readConfig } from '../../src/config.ts';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { executionWorkflowId, gateWorkflowId } from '../../src/domain/names.ts';
import { createLog } from '../../src/log.ts';
import { connectTemporalClient } from '../../src/temporal/connection.ts';
import { startWorker } from '../../src/worker/start.ts';
import { eventually } from '../support/eventually.ts';
import { testNamespace, testUiUrl } from '../support/temporal.ts';
import { Road } from './road.ts';

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly tookMs: number;
  // The tests assert what is in it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** The whole product in this process, with roads to its servers that can be spoiled, and a direct way for the test to look. */
export interface SpoilableWorld {
  readonly toPostgres: Road;
  readonly toTemporal: Road;
  /** Straight to the servers, whatever happens to the roads. */
  readonly database: Database;
  readonly client: Client;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  seqs(workspaceId: string, status: string): Promise<number[]>;
  finish(executionId: string): Promise<void>;
  gate(workspaceId: string): ReturnType<Client['workflow']['getHandle']>;
  stop(): Promise<void>;
}

/** Starts API and worker on a migrated database, each server reached by a road. Pass `import.meta.url`. */
export async function startSpoilableWorld(
  importMetaUrl: string,
  databaseUrl: string,
): Promise<SpoilableWorld> {
  const address = process.env['TEMPORAL_ADDRESS']!;
  process.env['TEMPORAL_NAMESPACE'] = testNamespace(importMetaUrl);
  const toPostgres = new Road(new URL(databaseUrl));
  const toTemporal = new Road(new URL(`tcp://${address}`));
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: (await toPostgres.url()).toString(),
    TEMPORAL_UI_URL: testUiUrl(),
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    WORKFLOWS_PATH: fileURLToPath(new URL('../support/workflows/index.js', import.meta.url)),
    ACTIVITIES_PATH: fileURLToPath(new URL('../support/activities.js', import.meta.url)),
    SHUTDOWN_GRACE_SECONDS: '2',
    SWEEP_INTERVAL_SECONDS: '2',
  });
  const log = createLog({ level: config.LOG_LEVEL, process: 'test' });
  process.env['TEMPORAL_ADDRESS'] = (await toTemporal.url()).host;
  const api = await startApi(config, log);
  const worker = await startWorker(config, log);
  process.env['TEMPORAL_ADDRESS'] = address;
  const client = await connectTemporalClient();
  const database = openDatabase({
    url: databaseUrl,
    poolSize: 2,
    applicationName: 'test',
    onError: () => {},
  });

  return {
    toPostgres,
    toTemporal,
    database,
    client,
    async call(method, path, body, headers = {}) {
      const startedAt = performance.now();
      const response = await fetch(`${api.url}${path}`, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return {
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
        body: await response.json(),
        tookMs: performance.now() - startedAt,
      };
    },
    async seqs(workspaceId, status) {
      const { rows } = await database.pool.query<{ seq: string }>(
        'select seq from executions where workspace_id = $1 and status = $2 order by seq',
        [workspaceId, status],
      );
      return rows.map((row) => Number(row.seq));
    },
    async finish(executionId) {
      await eventually(() => client.workflow.getHandle(executionWorkflowId(executionId)).signal('finish'));
    },
    gate: (workspaceId) => client.workflow.getHandle(gateWorkflowId(workspaceId)),
    async stop() {
      toPostgres.mend();
      toTemporal.mend();
      await api.stop();
      await worker.stop();
      await client.connection.close();
      await database.close();
      toPostgres.close();
      toTemporal.close();
    },
  };
}
