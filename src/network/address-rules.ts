import ipaddr from 'ipaddr.js';

/** Addresses of one network, at one port or at all. */
export interface AddressRule {
  readonly network: ipaddr.IPv4 | ipaddr.IPv6;
  readonly prefix: number;
  /** Null for every port. */
  readonly port: number | null;
}

/** Thrown when a list of rules is not of the form that it must have; says which part and why. */
export class AddressRuleError extends Error {
  override readonly name = 'AddressRuleError';
}

/** A network, in square brackets for IPv6, and perhaps a port. */
const RULE = /^(?:\[(?<v6>[0-9A-Fa-f:.]+)\]|(?<v4>[0-9.]+))(?:\/(?<prefix>\d{1,3}))?(?::(?<port>\d{1,5}))?$/;

/**
 * Reads a comma-separated list such as `127.0.0.1/32:9099,10.1.0.0/16,[fd00::]/8:443`. Without a prefix a rule is for that one address,
 * without a port for all ports.
 *
 * @throws AddressRuleError
 */
export function parseAddressRules(text: string): AddressRule[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseRule);
}

/** True when a rule names this address at this port. IPv4 inside IPv6 is matched as what it is. */
export function matchesRule(rules: readonly AddressRule[], address: string, port: number): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return rules.some(
    (rule) =>
      (rule.port === null || rule.port === port) &&
      rule.network.kind() === parsed.kind() &&
      parsed.match(rule.network, rule.prefix),
  );
}

function parseRule(part: string): AddressRule {
  const { v4, v6, prefix, port } = RULE.exec(part)?.groups ?? {};
  if (v4 === undefined && v6 === undefined)
    throw new AddressRuleError(
      `${part} is not of the form 10.1.0.0/16, 10.1.2.3:8080 or [fd00::]/8:443 (a network, and perhaps a port)`,
    );
  const valid = v4 === undefined ? ipaddr.IPv6.isValid(v6!) : ipaddr.IPv4.isValidFourPartDecimal(v4);
  if (!valid) throw new AddressRuleError(`${v4 ?? v6} in ${part} is not an IP address`);
  const network = ipaddr.parse((v4 ?? v6)!);
  if (network.kind() === 'ipv6' && (network as ipaddr.IPv6).isIPv4MappedAddress())
    throw new AddressRuleError(`${part} wraps an IPv4 address: write it as IPv4`);
  const bits = network.kind() === 'ipv4' ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) throw new AddressRuleError(`/${length} in ${part} is more than /${bits}`);
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    throw new AddressRuleError(`${port} in ${part} is not a port`);
  return { network, prefix: length, port: port === undefined ? null : Number(port) };
}
