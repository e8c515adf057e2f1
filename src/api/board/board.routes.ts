import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type BoardFile,
  CONTENT_SECURITY_POLICY,
  FILES_PATH,
  PAGE_PATHS,
  readBoard,
} from '../../board/board-files.ts';
import type { Api } from '../server/api.ts';

/** A year, the longest that caches keep to: another version has another path. */
const FOR_EVER = 'public, max-age=31536000, immutable';
/** A browser asks each time whether its copy still is the one. */
const ASK_FIRST = 'no-cache';

/** The page and its files are everybody's: what they show is asked of /v1, with a key or its session. */
const options = { config: { right: 'none' }, schema: { hide: true } } as const;

/** The board, at /. */
export function boardRoutes(app: Api): void {
  const { page, version, files } = readBoard();
  for (const path of PAGE_PATHS)
    app.get(path, options, async (request, reply) => {
      void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
      return send(request, reply, page, ASK_FIRST);
    });
  app.get(`${FILES_PATH}:version/*`, options, async (request, reply) => {
    const asked = request.params as { version: string; '*': string };
    const file = files.get(asked['*']);
    if (file === undefined) return reply.callNotFound();
    // While versions are rolled out, a page of the one may ask a process of the other.
    return send(request, reply, file, asked.version === version ? FOR_EVER : 'no-store');
  });
}

function send(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { type, text, etag }: BoardFile,
  cacheControl: string,
): FastifyReply {
  void reply.headers({ 'cache-control': cacheControl, etag });
  if (headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type(type).send(text);
}
