import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Agent, type Dispatcher, request as send } from 'undici';
import {
  type ExternalApiActivities,
  ExternalApiFailure,
  type HttpAnswer,
  type HttpRequest,
} from '../../workflows/http-request/contract.ts';
import { type CheckedRequest, checkRequest } from './checked-request.ts';
import { AddressRefusedError, guardedConnector } from './guarded-connector.ts';
import { type Reachable, type ReachableSettings, reachableBy } from './reachable.ts';
import { readBody } from './read-body.ts';
import { REDIRECTS_MAX, redirected } from './redirects.ts';

/** Enough for a TLS handshake across the world. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A cancellation arrives with a heartbeat's answer, so it is noticed within about this time. */
const HEARTBEAT_INTERVAL_MS = 1_000;
/** A server's Retry-After is followed up to this: beyond it, trying in vain costs less than waiting in vain. */
const RETRY_AFTER_MAX_SECONDS = 300;
const RETRIED_CLIENT_ERRORS = new Set([408, 429]);

export interface ExternalApiSettings extends ReachableSettings {
  readonly EXTERNAL_API_MAX_RESPONSE_BYTES: number;
}

/**
 * The activities of the task queue `activities.external-api`. `reachable` says what may be connected to; it defaults to what the settings
 * say. `close` breaks off the requests under way.
 */
export function createExternalApiActivities(
  settings: ExternalApiSettings,
  reachable: Reachable = reachableBy(settings),
): { activities: ExternalApiActivities; close(): Promise<void> } {
  const agent = new Agent({
    connect: guardedConnector({ timeoutMs: CONNECT_TIMEOUT_MS, reachable }),
    // The activity's own time limit, redirects included, bounds both.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const callExternalApi = async (input: HttpRequest): Promise<HttpAnswer> => {
    const request = checkRequest(input);
    const context = Context.current();
    const timeout = AbortSignal.timeout(request.timeoutMs);
    const heartbeat = setInterval(() => context.heartbeat(), HEARTBEAT_INTERVAL_MS);
    try {
      return await follow(
        agent,
        request,
        AbortSignal.any([timeout, context.cancellationSignal]),
        settings.EXTERNAL_API_MAX_RESPONSE_BYTES,
      );
    } catch (error) {
      if (context.cancellationSignal.aborted) throw await cancellation(context);
      throw asFailure(error, request, timeout.aborted);
    } finally {
      clearInterval(heartbeat);
    }
  };
  return { activities: { callExternalApi }, close: () => agent.destroy() };
}

async function follow(
  agent: Agent,
  first: CheckedRequest,
  signal: AbortSignal,
  maxBytes: number,
): Promise<HttpAnswer> {
  let request = first;
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const { method, url, headers, body } = request;
    const response = await send(url, { dispatcher: agent, method, headers: { ...headers }, body, signal });
    const { statusCode } = response;
    const next = redirected(request, statusCode, single(response.headers['location']));
    if (next === null) return await answerOf(request, response, maxBytes);
    await response.body.dump();
    request = next;
  }
  throw ApplicationFailure.nonRetryable(
    `${first.url.origin} redirects more than ${REDIRECTS_MAX} times`,
    ExternalApiFailure.tooManyRedirects,
  );
}

async function answerOf(
  request: CheckedRequest,
  response: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<HttpAnswer> {
  const { statusCode: status, headers } = response;
  const { text: body, truncated } = await readBody(response.body, maxBytes);
  if (status >= 400) throw refusal(request, status, body, single(headers['retry-after']));
  return { status, headers: flat(headers), body, ...(truncated && { truncated }) };
}

/** How much of an error's body goes into the failure: enough to see what was wrong. */
const ERROR_BODY_MAX_CHARS = 500;

function refusal(
  request: CheckedRequest,
  status: number,
  body: string,
  retryAfter: string | undefined,
): ApplicationFailure {
  const message = `${request.method} ${request.url.origin}${request.url.pathname} answered ${status}: ${body.slice(0, ERROR_BODY_MAX_CHARS)}`;
  const retried = status >= 500 || RETRIED_CLIENT_ERRORS.has(status);
  const afterSeconds = Number(retryAfter);
  return ApplicationFailure.create({
    message,
    type: retried ? ExternalApiFailure.serverError : ExternalApiFailure.clientError,
    nonRetryable: !retried,
    ...(retried &&
      afterSeconds > 0 && { nextRetryDelay: Math.min(afterSeconds, RETRY_AFTER_MAX_SECONDS) * 1000 }),
  });
}

/** Of the URL only what carries no secrets is told: query strings often hold keys. */
function asFailure(error: unknown, request: CheckedRequest, timedOut: boolean): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof AddressRefusedError) {
    return ApplicationFailure.create({
      message: error.message,
      type: ExternalApiFailure.addressRefused,
      nonRetryable: true,
    });
  }
  const why = timedOut ? `no complete answer within ${request.timeoutMs / 1000} s` : reason(error);
  return ApplicationFailure.create({
    message: `${request.method} ${request.url.origin}${request.url.pathname}: ${why}`,
    type: ExternalApiFailure.unreachable,
  });
}

function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** The context's own rejection tells a cancellation from a worker that stops, which Temporal then retries elsewhere. */
async function cancellation(context: Context): Promise<unknown> {
  return context.cancelled.then(
    () => new CancelledFailure('cancelled'),
    (failure: unknown) => failure,
  );
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
