import { ApplicationFailure } from '@temporalio/common';
import { ExternalApiFailure, httpTimeoutSeconds } from '../../workflows/http-request/contract.ts';

/** A request that can be sent. */
export interface CheckedRequest {
  readonly method: Method;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number];

const FIELDS = new Set(['method', 'url', 'headers', 'body', 'timeoutSeconds']);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible characters, spaces and tabs: above all no line break, which would begin a header of its own. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** These are the connection's business: setting them could smuggle a second request or another host. */
const HEADERS_NOT_ALLOWED = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Throws a non-retryable failure of type `InvalidRequest` that names the fault. */
export function checkRequest(input: unknown): CheckedRequest {
  const timeout = httpTimeoutSeconds(input);
  if ('problem' in timeout) throw invalid(timeout.problem);
  const request = input as Record<string, unknown>;
  const unknown = Object.keys(request).find((field) => !FIELDS.has(field));
  if (unknown !== undefined)
    throw invalid(`there is no field ${JSON.stringify(unknown)}; known are ${[...FIELDS].join(', ')}`);
  const method = checkMethod(request['method']);
  const headers = checkHeaders(request['headers']);
  const body = bodyText(request['body']);
  if (body !== null && (method === 'GET' || method === 'HEAD')) throw invalid(`${method} has no body`);
  if (body !== null && typeof request['body'] !== 'string') headers['content-type'] ??= 'application/json';
  return { method, url: checkUrl(request['url']), headers, body, timeoutMs: timeout.seconds * 1000 };
}

/** Also for the target of a redirect. */
export function checkUrl(text: unknown, base?: URL): URL {
  if (typeof text !== 'string' || !URL.canParse(text, base?.href))
    throw invalid(`url ${shown(text)} is not a URL`);
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalid(`url ${shown(text)} is neither http nor https`);
  if (url.username !== '' || url.password !== '')
    throw invalid('a url with user or password in it is not allowed; use an authorization header');
  return url;
}

export function invalid(problem: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(problem, ExternalApiFailure.invalidRequest);
}

function checkMethod(value: unknown): Method {
  const method = typeof value === 'string' ? value.toUpperCase() : (value ?? 'GET');
  if (!METHODS.includes(method as Method))
    throw invalid(`method ${shown(value)} is none of ${METHODS.join(', ')}`);
  return method as Method;
}

function checkHeaders(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid('headers must be an object of texts');
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    const lower = name.toLowerCase();
    if (!HEADER_NAME.test(name)) throw invalid(`header name ${shown(name)} is not allowed`);
    if (HEADERS_NOT_ALLOWED.has(lower)) throw invalid(`header ${lower} cannot be set`);
    if (typeof text !== 'string' || !HEADER_VALUE.test(text))
      throw invalid(`the value of header ${lower} must be a text without line breaks`);
    headers[lower] = text;
  }
  return headers;
}

function bodyText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 200);
}
