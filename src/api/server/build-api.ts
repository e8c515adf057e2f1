import { METHODS } from 'node:http';
import Fastify, { type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { createEnqueue } from '../../enqueue/enqueue.ts';
import type { GateWaker } from '../../temporal/gates/gate-waker.ts';
import type { Api, ApiDeps, ApiTimes, RouteDeps } from './api.ts';
import { guardRoutes } from '../access/guard-routes.ts';
import { limitRequests } from '../access/limit-requests.ts';
import { readAdminKey } from '../../keys/admin-key-file.ts';
import { createKeyRing, type KeyRing } from '../../keys/key-ring.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import { guardAgainstPages } from '../boundary/browser-guard.ts';
import { drainAtClose } from './connection-drain.ts';
import { createEarlyAnswers, type EarlyAnswers, READ_ON } from './early-answers.ts';
import { healthRoutes } from '../ops/health.routes.ts';
import { compileValidator, formatSchemaErrors } from '../problems/invalid-request.ts';
import { acceptJsonBodies } from '../json/json-body.ts';
import { measureAnswers, measureWaits, metricsRoutes } from '../ops/metrics.routes.ts';
import { type ApiMetrics, createApiMetrics } from '../ops/api-metrics.ts';
import { registerInstallationMetrics } from '../ops/installation-metrics.ts';
import { openMetricsPort } from '../ops/metrics-port.ts';
import { describeApi } from '../openapi/describe-api.ts';
import { ItemProblem, Problem, type ProblemName } from '../problems/problem.ts';
import {
  createMethodNotAllowedHandler,
  createNotFoundHandler,
  createProblemHandler,
  type Refusing,
} from '../problems/problem-handlers.ts';
import { stringify } from '../json/raw-json.ts';
import { openInbox } from './open-inbox.ts';
import { type EventParts, openEvents } from './open-events.ts';
import { REQUEST_ID_HEADER, requestId } from './request-id.ts';
import { RequestLog } from './request-log.ts';
import { allowLongDeadlines } from './route-deadlines.ts';
import { createWaits } from './waits.ts';
import { createWireErrors, type WireErrors } from './wire-errors.ts';
import { createWorkspaceTurns } from './workspace-turns.ts';
import { boardRoutes } from '../board/board.routes.ts';
import { sessionRoutes } from '../session/session.routes.ts';
import { registerV1 } from '../v1/v1-scope.ts';

export type { Api, ApiDeps, ApiTimes } from './api.ts';

const TIMES: ApiTimes = {
  handlerMs: 12_000,
  requestMs: 30_000,
  connectionsCheckMs: 5_000,
  connectionMs: 60_000,
  readOn: READ_ON,
};
/** Longer than the 60 s of common proxies, which must be the ones to close an idle connection. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const HEADERS_MAX_BYTES = 16 * 1024;
/** Longer than any id, so that the schema refuses a long one by name. */
const PARAM_MAX_CHARS = 256;

/** Builds the server without listening; tests call it with `inject`. Times not given have their defaults. */
export async function buildApi(deps: ApiDeps, times: Partial<ApiTimes> = {}): Promise<Api> {
  const allTimes = { ...TIMES, ...times };
  const wireErrors = createWireErrors(allTimes.readOn);
  const metrics = createApiMetrics(deps.database);
  registerInstallationMetrics(metrics.registry, deps.database, deps.log, {
    named: deps.config.METRICS_WORKSPACES,
  });
  const early = createEarlyAnswers(allTimes.readOn);
  const refusing = { counted: (problem: ProblemName) => metrics.refused(problem, 'request'), early };
  const app = createServer(deps.log, allTimes, wireErrors, createProblemHandler(refusing));

  app.setNotFoundHandler(createNotFoundHandler(refusing));
  app.addHook('onRequest', async (request, reply) => void reply.header(REQUEST_ID_HEADER, request.id));
  app.addHook('onRequest', ignoreBehind(early));
  await guardAgainstPages(app, deps.config);
  const keys = ringOf(deps, app);
  guardRoutes(app, deps.config, keys);
  await limitRequests(app, deps.config);
  const waits = createWaits(allowLongDeadlines(app, allTimes));
  wireErrors.attach(app.server);
  drainAtClose(app);
  acceptJsonBodies(app);
  app.addSchema(ItemProblem);
  app.addSchema(Problem);

  await describeApi(app);
  const methodsByPath = collectMethods(app);
  measureAnswers(app, metrics, waits);
  const waker = countedWaker(deps.waker, metrics);
  const eventParts = openEvents({ ...deps, waker }, app);
  measureWaits(metrics.registry, waits, eventParts.events);
  app.addHook('preClose', async () => waits.end());
  const inbox = openInbox({ ...deps, metrics, waker }, app);
  const routeDeps = createRouteDeps(deps, { keys, metrics, waits, waker, inbox, ...eventParts });
  await registerV1(app, routeDeps);
  const beside = [healthRoutes, metricsRoutes, sessionRoutes, boardRoutes, ...(deps.moreRoutes ?? [])];
  for (const routes of beside) routes(app, routeDeps);
  refuseOtherMethods(app, methodsByPath, refusing);
  await openMetricsPort(app, deps.config, metrics.registry);
  await app.ready();
  return app;
}

function createServer(
  loggerInstance: FastifyBaseLogger,
  { handlerMs, requestMs, connectionsCheckMs, connectionMs }: ApiTimes,
  wireErrors: WireErrors,
  handleProblem: ReturnType<typeof createProblemHandler>,
): Api {
  const app: Api = Fastify({
    loggerInstance,
    logController: new RequestLog(),
    genReqId: requestId,
    requestIdHeader: false,
    handlerTimeout: handlerMs,
    requestTimeout: requestMs,
    connectionTimeout: connectionMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // A request without a host is refused by ourselves: Node's own answer has no problem document.
    http: {
      maxHeaderSize: HEADERS_MAX_BYTES,
      // Both: Node takes the shorter for the headers and the longer, 60 s if not given, for the whole.
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: connectionsCheckMs,
      requireHostHeader: false,
    },
    // Not by setValidatorCompiler: a scope that adds schemas of its own would get Fastify's again, which coerce and cannot write raw JSON.
    schemaController: {
      compilersFactory: {
        // The type knows Ajv's compilers only.
        buildValidator: () => compileValidator as never,
        buildSerializer: () => () => stringify,
      },
    },
    routerOptions: { maxParamLength: PARAM_MAX_CHARS },
    // Requests that still come on an open connection are served: the process waits for them.
    return503OnClosing: false,
    clientErrorHandler: wireErrors.answer,
    frameworkErrors: (error, request, reply) => void handleProblem(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setSchemaErrorFormatter(formatSchemaErrors);
  app.setErrorHandler(handleProblem);
  return app;
}

/** Ends with the server. */
function ringOf({ config, database, log }: ApiDeps, app: Api): KeyRing {
  const keys = createKeyRing(database.db, readAdminKey(config.ADMIN_KEY_FILE), (error) =>
    logRepeated(log, 'warn', { err: error }, 'keys could not be looked at; is Postgres up?'),
  );
  app.addHook('onClose', async () => keys.close());
  return keys;
}

function createRouteDeps(
  deps: ApiDeps,
  parts: Pick<RouteDeps, 'keys' | 'metrics' | 'waits' | 'waker' | 'inbox' | keyof EventParts>,
): RouteDeps {
  const { database, config } = deps;
  return {
    ...createEnqueue({
      database,
      maxInputBytes: config.MAX_INPUT_BYTES,
      maxHeldBytes: config.MAX_WAITING_BYTES,
      inbox: parts.inbox,
    }),
    ...deps,
    ...parts,
    turns: createWorkspaceTurns(config.DATABASE_CONNECTIONS_PER_WORKSPACE),
  };
}

/** RFC 9112: what a client sent behind a request whose answer ends the connection is not carried out. */
function ignoreBehind(early: EarlyAnswers) {
  return async ({ raw }: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (early.isEnding(raw.socket)) reply.hijack();
  };
}

function countedWaker(waker: GateWaker, metrics: ApiMetrics): GateWaker {
  return {
    wake(workspaceId, signal = 'wake') {
      metrics.woken(signal);
      waker.wake(workspaceId, signal);
    },
    wakeSoon(workspaceId) {
      metrics.woken('wake');
      waker.wakeSoon(workspaceId);
    },
    sent: (workspaceId) => waker.sent(workspaceId),
    allSent: () => waker.allSent(),
  };
}

function collectMethods(app: Api): ReadonlyMap<string, Set<string>> {
  const methodsByPath = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByPath.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsByPath.set(url, methods);
  });
  return methodsByPath;
}

/** Fastify answers 404 to a wrong method; 405 tells that the path was right. */
function refuseOtherMethods(
  app: Api,
  methodsByPath: ReadonlyMap<string, Set<string>>,
  refusing: Refusing,
): void {
  for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);
  for (const [url, methods] of methodsByPath) {
    const others = METHODS.filter((method) => method !== 'CONNECT' && !methods.has(method));
    const handler = createMethodNotAllowedHandler([...methods].join(', '), refusing);
    // In a hook, so that a body of another type does not come first.
    app.route({
      url,
      method: others,
      config: { right: 'none' },
      schema: { hide: true },
      onRequest: handler,
      handler,
    });
  }
}
