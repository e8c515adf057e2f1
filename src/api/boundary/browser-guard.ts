import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.ts';
import {
  authorityOfTarget,
  createAllowedHosts,
  MisdirectedRequestError,
} from '../../network/allowed-hosts.ts';
import type { Api } from '../server/api.ts';
import { ForeignOriginError, isForeign, isPreflight, originsOf } from './foreign-origin.ts';
import { InvalidRequestError } from '../problems/invalid-request.ts';

/** Browsers ask again after that time whether a page may send a request. */
const PREFLIGHT_MAX_AGE_SECONDS = 600;

/** Answers are data: no browser is to make anything of one, nor show it in a frame. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/**
 * Keeps other web pages out: requests for names that are not ours (421), and unsafe requests that another page made (403), before
 * anything else is done with them. Origins in CORS_ORIGINS may call.
 */
export async function guardAgainstPages(app: Api, config: Config): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    // Says "only by HTTPS from now on", which is the proxy's to say that ends TLS.
    strictTransportSecurity: false,
  });
  const hosts = createAllowedHosts(config);
  const trusted = originsOf(config.CORS_ORIGINS);
  app.addHook('onRequest', async ({ raw }) => {
    const authorities = authoritiesOf(raw);
    for (const authority of authorities) {
      const allowed = hosts.allows(authority);
      if (allowed === null) throw invalidHost('is not a host with a port at most');
      if (!allowed) throw new MisdirectedRequestError(authority);
    }
    const { method = '', headers } = raw;
    if (isForeign({ method, headers, authority: authorities[0] ?? '' }, trusted))
      throw new ForeignOriginError();
  });
  if (trusted.length > 0) await allowOrigins(app, trusted);
}

/** RFC 9112: a request without a host is refused, since a proxy and we might not mean the same; the target's own counts first. */
function authoritiesOf({ url = '', headers, httpVersion }: FastifyRequest['raw']): string[] {
  const target = authorityOfTarget(url);
  if (headers.host === undefined && httpVersion !== '1.0') throw invalidHost('is required');
  return [target, headers.host].filter((authority) => typeof authority === 'string');
}

function invalidHost(message: string): InvalidRequestError {
  return new InvalidRequestError([{ in: 'headers', path: '/host', message }]);
}

async function allowOrigins(app: Api, trusted: readonly string[]): Promise<void> {
  const options = {
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'Last-Event-ID',
      'Prefer',
      'X-Request-Id',
    ],
    exposedHeaders: ['Location', 'Preference-Applied', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
  };
  await app.register(cors, {
    // An OPTIONS that no page's browser sends is answered like every method that a path does not have.
    delegator: ({ method, headers }, done) =>
      done(null, {
        ...options,
        origin: method === 'OPTIONS' && !isPreflight({ method, headers }) ? false : [...trusted],
      }),
  });
}
