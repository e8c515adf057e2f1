import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { type Config, readConfig } from '../../src/config/config.ts';
import { type Log, createLog } from '../../src/process/log.ts';
import { connectTemporalClient } from '../../src/temporal/connection/client-connection.ts';
import type { TemporalSettings } from '../../src/temporal/connection/temporal-settings.ts';
import { connectTemporalWorkers } from '../../src/worker/sdk/native-connection.ts';
import { installTemporalRuntime } from '../../src/worker/sdk/runtime.ts';
import { testTemporal } from '../support/temporal.ts';

/** What a part of a worker process needs around it, on the test file's own namespace. */
export interface Connected {
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly temporal: TemporalSettings;
  readonly log: Log;
  close(): Promise<void>;
}

/** Pass `import.meta.url`. */
export async function connect(importMetaUrl: string): Promise<Connected> {
  const temporal = testTemporal(importMetaUrl);
  const log = testLog();
  installTemporalRuntime(log);
  const client = await connectTemporalClient(temporal);
  const connection = await connectTemporalWorkers(temporal);
  return {
    client,
    connection,
    namespace: temporal.namespace,
    temporal,
    log,
    async close() {
      await connection.close();
      await client.connection.close();
    },
  };
}

export function testLog(): Log {
  return createLog({ level: process.env['LOG_LEVEL'] ?? 'fatal', process: 'test' });
}

/** Settings of a worker with the tests' own workflows and activities. */
export function workerConfig(settings: Record<string, string>): Config {
  return readConfig({
    WORKFLOWS_PATH: fileURLToPath(new URL('../support/workflows/index.js', import.meta.url)),
    ACTIVITIES_PATH: fileURLToPath(new URL('../support/activities.js', import.meta.url)),
    SHUTDOWN_GRACE_SECONDS: '2',
    ...settings,
  });
}
