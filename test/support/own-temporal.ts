import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/local/processes/ports.ts';
import { startLocalTemporal } from '../../src/local/temporal/temporal-server.ts';
import { testNamespace } from './temporal.ts';

export interface OwnTemporal {
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * A Temporal server for one test file alone, set by its dynamic configuration to do often what others do rarely. Pass
 * `import.meta.url`.
 */
export async function startOwnTemporal(
  importMetaUrl: string,
  dynamicConfig: Readonly<Record<string, number>>,
): Promise<OwnTemporal> {
  const dataDir = mkdtempSync(join(tmpdir(), 'temporal-'));
  const server = await startLocalTemporal({
    dataDir,
    port: await freePort(),
    uiPort: await freePort(),
    namespaces: [testNamespace(importMetaUrl)],
    dynamicConfig,
    onSpawn: () => {},
    progress: () => {},
  });
  return {
    address: server.address,
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}
