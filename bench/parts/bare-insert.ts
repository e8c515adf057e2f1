import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/local/processes/ports.ts';
import { startService } from '../../src/local/processes/service.ts';
import type { Servers } from './servers.ts';

const API = fileURLToPath(new URL('bare-insert-api.js', import.meta.url));

/** An API that does nothing but insert, as a process of its own on a database of its own. */
export interface BareInsert {
  readonly databaseUrl: string;
  readonly apiUrl: string;
  stop(): Promise<void>;
}

export async function startBareInsert(servers: Servers): Promise<BareInsert> {
  const databaseUrl = await servers.newSluiceDatabase();
  const port = await freePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  const service = await startService({
    name: 'bare-insert-api',
    command: process.execPath,
    args: ['--enable-source-maps', API],
    env: {
      PATH: process.env['PATH'],
      AUTH: 'none',
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      TEMPORAL_ADDRESS: servers.temporalAddress,
    },
    logFile: join(servers.dataDir, 'bare-insert-api.log'),
    stopSignal: 'SIGTERM',
    ready: async () => (await fetch(`${apiUrl}/health/live`).catch(() => null))?.ok ?? false,
    onSpawn: servers.onSpawn,
  });
  return { databaseUrl, apiUrl, stop: () => service.stop() };
}
