import { readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAbandoned, takeDataDir } from '../../src/local/processes/run-file.ts';

/** What the folder of a run is called, in the system's temporary one. */
export const DATA_DIR_PREFIX = 'sluice-chaos-';

/** A run that was killed could not end what it had started. Its data is kept. */
export async function endAbandonedRuns(say: (line: string) => void): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(DATA_DIR_PREFIX))) {
    const dataDir = join(tmpdir(), name);
    const found = statSync(dataDir);
    if (!found.isDirectory() || found.uid !== process.getuid?.() || !isAbandoned(dataDir)) continue;
    (await takeDataDir(dataDir, say)).release();
  }
}
