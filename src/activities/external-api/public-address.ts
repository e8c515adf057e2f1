import ipaddr from 'ipaddr.js';

/** The only IPv6 network that is given to the public internet (IANA's registry of IPv6 global unicast addresses). */
const IPV6_GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** Public by number, but served to virtual machines by Azure's own hosts: it hands out their configuration and secrets. */
const AZURE_HOST_SERVICE = '168.63.129.16';

/** True for an address of the public internet. IPv4 inside IPv6 is judged as what it is. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv6' && !parsed.match(IPV6_GLOBAL_UNICAST)) return false;
  return parsed.range() === 'unicast' && parsed.toString() !== AZURE_HOST_SERVICE;
}
