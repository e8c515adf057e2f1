import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { LocalStartError } from '../local-start-error.ts';

/**
 * Below the ports that systems lend to outgoing connections (Linux from 32768, macOS from 49152): one of those may be taken between
 * the check and the use.
 */
const FREE_PORT_MIN = 10_000;
const FREE_PORT_MAX = 32_767;

/** A port on 127.0.0.1 that nobody has now, and that no outgoing connection will be given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FREE_PORT_MIN, FREE_PORT_MAX + 1);
    if ((await whyNotFree('127.0.0.1', port)) === undefined) return port;
  }
}

/** That port, or when somebody has it another one that is free now. */
export async function thatOrFreePort(host: string, port: number): Promise<number> {
  return (await whyNotFree(host, port)) === undefined ? port : await freePort();
}

export interface WantedPort {
  /** The variable that sets it. */
  readonly variable: string;
  readonly purpose: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Checks all ports before anything is started.
 *
 * @throws LocalStartError that names every port that is taken, with its variable.
 */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const problems: string[] = [];
  for (const [index, { variable, purpose, host, port }] of wanted.entries()) {
    const rival = wanted.slice(0, index).find((other) => other.port === port && port !== 0);
    const problem = rival ? `${rival.variable} asks for it as well` : await whyNotFree(host, port);
    if (problem)
      problems.push(`  - ${variable}: port ${port} on ${host}, for ${purpose}, cannot be had: ${problem}`);
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
