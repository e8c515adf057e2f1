import { createServer } from 'node:net';
import { LocalStartError } from './errors.ts';

/** A port on 127.0.0.1 that nobody has now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export interface WantedPort {
  /** The variable that sets it. */
  readonly variable: string;
  readonly purpose: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Looks at all ports before anything is started.
 *
 * @throws LocalStartError that names every port that is taken, with its variable.
 */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const problems: string[] = [];
  for (const [index, { variable, purpose, host, port }] of wanted.entries()) {
    const rival = wanted.slice(0, index).find((other) => other.port === port && port !== 0);
    const problem = rival ? `${rival.variable} asks for it as well` : await whyNotFree(host, port);
    if (problem)
      problems.push(`  - ${variable}: port ${port} on ${host}, for ${purpose}, can not be had: ${problem}`);
  }
  if (problems.length === 0) return;
  throw new LocalStartError(
    `Nothing was started.\n${problems.join('\n')}\n  Stop what uses it, or set the variable to another port, like ${wanted[0]!.variable}=${wanted[0]!.port + 1000 > 65535 ? 18080 : wanted[0]!.port + 1000}.`,
  );
}

function whyNotFree(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EADDRINUSE' ? 'it is in use' : error.message),
    );
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}
