import type { Config } from '../../config/config.ts';
import type { Log } from '../../process/log.ts';

type Bind = Pick<Config, 'HOST' | 'AUTH'>;

/** Says in the log of every start that whoever reaches the API may use it. */
export function warnOfOpenApi({ HOST, AUTH }: Bind, log: Log): void {
  if (AUTH === 'none' && !isLoopback(HOST))
    log.warn(
      { host: HOST },
      'AUTH is none and the API listens beyond loopback: whoever reaches this port may read and run everything. Let only a proxy reach it, or set AUTH=keys.',
    );
}

/** True for an address, or localhost, that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
