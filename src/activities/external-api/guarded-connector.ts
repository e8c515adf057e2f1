import { lookup as lookupAddresses, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import type { Reachable, Refusal } from './reachable.ts';

const REASONS: Readonly<Record<Refusal, string>> = {
  'not-public':
    'is a loopback, private or otherwise not public address. EXTERNAL_API_ALLOW on the worker names the exceptions.',
  denied: 'is refused by EXTERNAL_API_DENY on the worker.',
  'own-api': 'is the port of the API itself.',
};

/** Thrown when a call would go to an address that may not be reached. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';

  constructor(host: string, address: string, port: number, refusal: Refusal) {
    super(`${host === address ? host : `${host} (${address})`} at port ${port} ${REASONS[refusal]}`);
  }
}

/**
 * Connects only to what `reachable` lets through. The check is on the very address that is connected to, so a name that resolves
 * differently a moment later does not get past it. Fails with AddressRefusedError.
 */
export function guardedConnector(options: {
  timeoutMs: number;
  reachable: Reachable;
}): buildConnector.connector {
  const { timeoutMs: timeout, reachable } = options;
  return (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
    // A literal address is not resolved, so the lookup below never sees it.
    const refusal = isIP(host) === 0 ? null : reachable(host, port);
    if (refusal !== null) return callback(new AddressRefusedError(host, host, port, refusal), null);
    // One for each connection, because a lookup is not told the port.
    buildConnector({ timeout, lookup: guardedLookup(reachable, port) })(target, callback);
  };
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** One address that may not be reached refuses the whole name: which of several is used is decided only later. */
function guardedLookup(reachable: Reachable, port: number) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    lookupAddresses(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      for (const { address } of found) {
        const refusal = reachable(address, port);
        if (refusal !== null) return callback(new AddressRefusedError(hostname, address, port, refusal), []);
      }
      const first = found[0];
      if (options.all || first === undefined) return callback(null, found);
      callback(null, first.address, first.family);
    });
  };
}
