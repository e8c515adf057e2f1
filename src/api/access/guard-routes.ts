import type { FastifyRequest, RouteOptions } from 'fastify';
import type { Config } from '../../config/config.ts';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import { ALL_WORKSPACES, ANONYMOUS, type Principal, type Right } from '../../domain/keys/rights.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { Api } from '../server/api.ts';
import { ForbiddenError } from './access-errors.ts';
import { identify } from './identify.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of routes that need a right only. */
    principal: Principal;
  }
  interface FastifyContextConfig {
    /** What a caller needs: in the workspace of the path or, where there is none in it, in all. `none`: anybody may call. */
    right?: Right | 'none';
    /** Who has this one is let in too: the body says which of the two a request needs, and the route requires it. */
    orRight?: Right;
    /** Also whoever has a read token for the execution of the path, as `?token=`. */
    takesReadToken?: true;
  }
}

/** Thrown when the API is built with a route that does not say what its callers need. */
class RightNotDeclaredError extends Error {
  override readonly name = 'RightNotDeclaredError';

  constructor({ method, url }: Pick<RouteOptions, 'method' | 'url'>) {
    super(`${String(method)} ${url} does not say what right it needs: give it \`config: { right }\`.`);
  }
}

/** For the OpenAPI document. `{}` is its word for "nothing". */
const NOTHING = [{}];
const KEY = { apiKey: [] };
const READ_TOKEN = { readToken: [] };

/**
 * Lets nobody pass to a route without the right that it declares, before anything else of the request is looked at. All routes that are
 * registered after it have to declare one, or the server does not come up.
 */
export function guardRoutes(app: Api, { AUTH }: Pick<Config, 'AUTH'>, keys: KeyRing): void {
  requireDeclarations(app, AUTH);
  app.decorateRequest('principal');
  // By its callback: a promise would cost each request more than this does.
  app.addHook('onRequest', (request, _reply, done) => {
    const { right, orRight } = request.routeOptions.config;
    if (request.is404 || right === 'none') return done();
    if (AUTH === 'none') {
      request.principal = ANONYMOUS;
      return done();
    }
    const admitted = (principal: Principal) => {
      const needed = orRight !== undefined && principal.rights.has(orRight) ? orRight : right!;
      admit(principal, needed, request);
      request.principal = principal;
      done();
    };
    try {
      const principal = identify(request, keys);
      if (principal instanceof Promise) principal.then(admitted).catch(done);
      else admitted(principal);
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * To a key of one workspace, every other is one that does not exist: the answer is the same, and nothing is read for it.
 *
 * @throws ForbiddenError, WorkspaceNotFoundError
 */
function admit(principal: Principal, right: Right, { params }: FastifyRequest): void {
  if (!principal.rights.has(right)) throw new ForbiddenError(principal, right);
  if (principal.workspaceId === ALL_WORKSPACES) return;
  const { workspaceId } = params as { workspaceId?: string };
  if (workspaceId === undefined) throw new ForbiddenError(principal, right);
  if (workspaceId !== principal.workspaceId) throw new WorkspaceNotFoundError(workspaceId);
}

/**
 * Of a route that lets in who has one of two rights: the one that this request needs.
 *
 * @throws ForbiddenError
 */
export function requireRight({ principal }: Pick<FastifyRequest, 'principal'>, needed: Right): void {
  if (!principal.rights.has(needed)) throw new ForbiddenError(principal, needed);
}

function requireDeclarations(app: Api, auth: Config['AUTH']): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
    const { right = 'none', takesReadToken } = route.config ?? {};
    if (right === 'none') return;
    const security = auth === 'none' ? NOTHING : [KEY, ...(takesReadToken ? [READ_TOKEN] : [])];
    route.schema = { ...route.schema, security };
  });
  app.addHook('onReady', async () => {
    for (const route of routes) if (route.config?.right === undefined) throw new RightNotDeclaredError(route);
  });
}
