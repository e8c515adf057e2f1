import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Client } from '@temporalio/client';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Semaphore } from '../../async/semaphore.ts';
import type { Config } from '../../config/config.ts';
import type { Database } from '../../db/connection/database.ts';
import type { Enqueue } from '../../enqueue/enqueue.ts';
import type { Log } from '../../process/log.ts';
import type { GateWaker } from '../../temporal/gates/gate-waker.ts';
import type { WebUi } from '../../temporal/web-ui.ts';
import type { InstallationCheck } from './installation-check.ts';
import type { JsonText } from '../json/json-text.ts';
import type { ApiMetrics } from '../ops/api-metrics.ts';

/** The server, with request types taken from each route's schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What the API is built from. It owns none of it: whoever passes it closes it. */
export interface ApiDeps {
  readonly config: Config;
  readonly log: Log;
  readonly database: Database;
  /** May be lazy: the API works without Temporal. */
  readonly temporal: Client;
  readonly waker: GateWaker;
  readonly webUi: WebUi;
  /** Left out where no gate is woken. */
  readonly installation?: InstallationCheck;
  /** Defaults to the product's own. A benchmark measures the route around another. */
  readonly enqueue?: Enqueue;
}

/** What routes share beside that: one of each per server. */
export interface RouteDeps extends ApiDeps {
  readonly enqueue: Enqueue;
  /** By workspace: see createWorkspaceTurns. */
  readonly turns: Semaphore;
  readonly metrics: ApiMetrics;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The JSON body as it was written; null when there was none. */
    jsonText: JsonText | null;
  }
}
