import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findGo } from '../../src/local/temporal/go-install.ts';
import { REPOSITORY } from '../support/processes/started.ts';

/** Thrown when the Go worker is wanted and there is no Go. */
export class GoMissingError extends Error {
  override readonly name = 'GoMissingError';

  constructor() {
    super('There is no Go on PATH, and the Go worker is built with it: install Go from https://go.dev/dl.');
  }
}

/**
 * Builds the Go worker in `test/foreign/go` into that folder: some 45 s on two cores the first time, two seconds after that. Returns the
 * program's path.
 *
 * @throws GoMissingError
 */
export async function buildGoWorker(
  folder: string,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<string> {
  const go = findGo();
  if (go === null) throw new GoMissingError();
  progress('building the Go worker');
  const program = join(folder, 'go-worker');
  const build = spawn(go, ['build', '-buildvcs=false', '-ldflags=-s -w', '-o', program, '.'], {
    cwd: join(REPOSITORY, 'test/foreign/go'),
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let printed = '';
  for (const stream of [build.stdout, build.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    build.once('error', reject);
    build.once('close', resolve);
  });
  if (code !== 0) throw new Error(`\`go build\` of the Go worker failed:\n${printed}`);
  return program;
}
