import { lookup as lookupAddresses, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';

/** Thrown when a call would go to an address that is not public. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
  readonly host: string;
  readonly address: string;

  constructor(host: string, address: string) {
    const which = host === address ? host : `${host} (${address})`;
    super(
      `${which} is a loopback, private or otherwise not public address. EXTERNAL_API_ALLOW_PRIVATE=true on the worker allows it.`,
    );
    this.host = host;
    this.address = address;
  }
}

/** IPv6 addresses that only wrap an IPv4 one; deprecated, and never public. */
const IPV4_COMPATIBLE = ipaddr.parseCIDR('::/96');

/** True for an address of the public internet. IPv4 inside IPv6 is judged as what it is. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv6' && parsed.match(IPV4_COMPATIBLE)) return false;
  return parsed.range() === 'unicast';
}

/**
 * Connects only to addresses that `allows` lets through. The check is on the very address that is connected to, so a name that resolves
 * differently a moment later does not get past it. Fails with AddressRefusedError.
 */
export function guardedConnector(options: {
  timeoutMs: number;
  allows: (address: string) => boolean;
}): buildConnector.connector {
  const { timeoutMs: timeout, allows } = options;
  const connect = buildConnector({ timeout, lookup: guardedLookup(allows) });
  return (target, callback) => {
    // A literal address is not looked up, so the lookup below never sees it.
    if (isIP(target.hostname) !== 0 && !allows(target.hostname)) {
      callback(new AddressRefusedError(target.hostname, target.hostname), null);
      return;
    }
    connect(target, callback);
  };
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** One address that is not allowed refuses the whole name: which of several is used is decided only later. */
function guardedLookup(allows: (address: string) => boolean) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    lookupAddresses(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const refused = found.find(({ address }) => !allows(address));
      if (refused !== undefined) return callback(new AddressRefusedError(hostname, refused.address), []);
      const first = found[0];
      if (options.all || first === undefined) return callback(null, found);
      callback(null, first.address, first.family);
    });
  };
}
