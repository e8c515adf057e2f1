import { isIP } from 'node:net';

/** A host with an optional port, without anything else that a URL may have: neither a user nor a path. */
const AUTHORITY = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::\d{0,5})?$/;

/** The authority of a request target in absolute form, as a proxy gets it. */
const ABSOLUTE_TARGET = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;

/** Thrown when a request is for a name that is not ours, as from a page whose name was bound to this machine. */
export class MisdirectedRequestError extends Error {
  override readonly name = 'MisdirectedRequestError';
  readonly host: string;

  constructor(host: string) {
    super(
      `This API is not ${JSON.stringify(host)}. Call it by localhost or by an IP address, or name that host in ALLOWED_HOSTS.`,
    );
    this.host = host;
  }
}

/** Decides whether a request is for us. */
export interface AllowedHosts {
  /** Null for an authority that has no sound form. */
  allows(authority: string): boolean | null;
}

/**
 * Names of `ALLOWED_HOSTS`, beside localhost and HOST's own. Every IP address is allowed: to turn a page against this machine its name
 * must be bound to it, and an address has no name to bind. Ports do not matter.
 */
export function createAllowedHosts(settings: { ALLOWED_HOSTS: string; HOST: string }): AllowedHosts {
  const named = settings.ALLOWED_HOSTS === '' ? [] : settings.ALLOWED_HOSTS.split(',');
  const names = [...named, 'localhost', settings.HOST].map(withoutCaseAndDot);
  const whole = new Set(names.filter((name) => !name.startsWith('*.')));
  const endings = names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  return {
    allows(authority) {
      const [, address, text] = AUTHORITY.exec(authority) ?? [];
      if (address !== undefined) return isIP(address) === 6 || null;
      if (text === undefined) return null;
      const name = withoutCaseAndDot(text);
      return isIP(name) === 4 || whole.has(name) || endings.some((ending) => name.endsWith(ending));
    },
  };
}

/** The authority of an absolute request target, which counts before the header Host; null when the target is a path. */
export function authorityOfTarget(target: string): string | null {
  return ABSOLUTE_TARGET.exec(target)?.[1] ?? null;
}

function withoutCaseAndDot(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
