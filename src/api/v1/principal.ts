import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.ts';
import type { Api } from '../server/api.ts';

/** What there is to be allowed: to read, to enqueue, to end executions (cancel, terminate), and to change workspaces and tiers. */
const RIGHTS = ['read', 'enqueue', 'end', 'configure'] as const;
export type Right = (typeof RIGHTS)[number];

/** Who asks, and what it may do. */
export interface Principal {
  readonly id: string;
  readonly rights: ReadonlySet<Right>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of requests below /v1 only: no other route has one. */
    principal: Principal;
  }
}

/** One way of telling who asks. */
interface Identification {
  identify(request: FastifyRequest): Principal;
  /** The same for the OpenAPI document: what a caller has to send. */
  readonly security: readonly Readonly<Record<string, string[]>>[];
}

/** How rows keep who asked: null for anybody. */
export function idInRows(principal: Principal): string | null {
  return principal === ANONYMOUS ? null : principal.id;
}

const ANONYMOUS: Principal = { id: 'anonymous', rights: new Set(RIGHTS) };

/** `{}` is OpenAPI's word for "nothing". */
const ANYBODY: Identification = { identify: () => ANONYMOUS, security: [{}] };

/** Gives every request of a scope its principal, before anything else of that scope looks at it, and says so of its routes. */
export function requirePrincipal(scope: Api, config: Pick<Config, 'AUTH'>): void {
  const { identify, security } = identificationBy(config);
  scope.decorateRequest('principal');
  // By its callback: a promise would cost each request more than this does.
  scope.addHook('onRequest', (request, _reply, done) => {
    request.principal = identify(request);
    done();
  });
  scope.addHook('onRoute', (route) => void (route.schema = { ...route.schema, security }));
}

function identificationBy({ AUTH }: Pick<Config, 'AUTH'>): Identification {
  switch (AUTH) {
    case '':
    case 'none':
      return ANYBODY;
    case 'keys':
      throw new Error('There are no keys yet: AUTH=keys is refused where the settings are read.');
    default:
      throw new Error(`AUTH is ${AUTH satisfies never}`);
  }
}
