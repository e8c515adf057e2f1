import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { matchesRule, parseAddressRules } from '../../network/address-rules.ts';
import { isPublicAddress } from './public-address.ts';

/** Why a connection is refused: shown to the tenant, so it tells nothing of the network behind. */
export type Refusal = 'not-public' | 'denied' | 'own-api';

/** The settings that say what may be reached, by the names that operators know them by. */
export interface ReachableSettings {
  readonly EXTERNAL_API_ALLOW: string;
  readonly EXTERNAL_API_DENY: string;
  /** The API's own. */
  readonly PORT: number;
}

/** Decides for each connection, by the very address that it would go to; null when it may. */
export type Reachable = (address: string, port: number) => Refusal | null;

/**
 * Public addresses, and those of EXTERNAL_API_ALLOW; never those of EXTERNAL_API_DENY, and never the API's own port on this machine: a
 * tenant who could reach it could ask for other tenants' executions.
 */
export function reachableBy(settings: ReachableSettings): Reachable {
  const allow = parseAddressRules(settings.EXTERNAL_API_ALLOW);
  const deny = parseAddressRules(settings.EXTERNAL_API_DENY);
  return (address, port) => {
    if (matchesRule(deny, address, port)) return 'denied';
    if (port === settings.PORT && isOfThisMachine(address)) return 'own-api';
    return isPublicAddress(address) || matchesRule(allow, address, port) ? null : 'not-public';
  };
}

/** Read each time: interfaces come and go. */
function isOfThisMachine(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() === 'loopback' || parsed.range() === 'unspecified') return true;
  const text = parsed.toString();
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((own) => ipaddr.isValid(own.address) && ipaddr.process(own.address).toString() === text),
  );
}
