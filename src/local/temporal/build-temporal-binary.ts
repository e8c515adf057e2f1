import { goInstall, requireGo } from './go-install.ts';
import type { ObtainTemporal } from './obtain-temporal.ts';

/** Builds the CLI with `go install`: about four minutes on two cores, the first time. Throws when there is no Go or it fails. */
export async function buildTemporalBinary({
  version,
  folder,
  progress,
  signal,
}: ObtainTemporal): Promise<void> {
  requireGo();
  progress(`building Temporal CLI ${version} with Go, once: about 4 minutes on 2 cores`);
  await goInstall({
    packages: [`github.com/temporalio/cli/cmd/temporal@v${version}`],
    folder,
    progress,
    signal,
  });
}
