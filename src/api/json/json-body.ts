import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../server/api.ts';
import { InvalidRequestError } from '../problems/invalid-request.ts';
import { readJsonText } from './json-text.ts';

/** Takes bodies as JSON in UTF-8 and nothing else, and keeps how they were written in `request.jsonText`. */
export function acceptJsonBodies(app: Api): void {
  app.decorateRequest('jsonText', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (!isUtf8Charset(request.headers['content-type'])) throw new UnsupportedCharsetError();
      if (body.length === 0) return undefined;
      request.jsonText = readJsonText(body, request.routeOptions.config.jsonDepthMax);
      return request.jsonText.value;
    },
  );
  // Clients that send a content type with no content mean no body.
  app.addHook('onRequest', async (request) => {
    if (request.headers['content-length'] === '0') delete request.raw.headers['content-type'];
  });
}

/** For routes that need no body: an empty object is as good as none, anything in it is a mistake. */
export async function refuseBody(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const { body } = request;
  if (body === undefined) return;
  if (typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0)
    return;
  throw new InvalidRequestError([{ in: 'body', path: '', message: 'must be absent or an empty object' }]);
}

/** Thrown when a body's charset is not UTF-8; answered as any other unsupported media type. */
class UnsupportedCharsetError extends Error {
  override readonly name = 'UnsupportedCharsetError';
  readonly code = 'FST_ERR_CTP_INVALID_MEDIA_TYPE';
}

function isUtf8Charset(contentType = ''): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}
