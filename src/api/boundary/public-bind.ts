import type { Config } from '../../config/config.ts';
import type { Log } from '../../process/log.ts';
import { OperatorError } from '../../process/operator-error.ts';

/** Thrown when the API is to listen where others can reach it, and nobody has said who may call. */
export class PublicBindError extends OperatorError {
  override readonly name = 'PublicBindError';

  constructor(host: string) {
    super(
      `HOST is ${host}, so others can reach the API, and AUTH is not set. The API has no authentication yet: ` +
        'set AUTH=none if only a proxy that asks who calls, or a closed network, can reach it; or leave HOST on 127.0.0.1.',
    );
  }
}

type Bind = Pick<Config, 'HOST' | 'AUTH'>;

/**
 * Refuses to listen where others can reach us without somebody's word that this is meant.
 *
 * @throws PublicBindError
 */
export function requireAuthChoice({ HOST, AUTH }: Bind): void {
  if (AUTH === '' && !isLoopback(HOST)) throw new PublicBindError(HOST);
}

/** Says in the log of every start that whoever reaches the API may use it. */
export function warnOfOpenApi({ HOST, AUTH }: Bind, log: Log): void {
  if (AUTH === 'none' && !isLoopback(HOST))
    log.warn(
      { host: HOST },
      'AUTH is none and the API listens beyond loopback: whoever reaches this port may read and run everything. Let only a proxy reach it.',
    );
}

/** True for an address, or localhost, that only this machine can reach. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
