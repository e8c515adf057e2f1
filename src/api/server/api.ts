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
import type { EventFeed } from '../../db/events/event-feed.ts';
import type { ExecutionEvents } from '../../db/events/execution-events.ts';
import type { Enqueue, EnqueueBatch } from '../../enqueue/enqueue.ts';
import type { Sequencer } from '../../enqueue/inbox/sequencer.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { Log } from '../../process/log.ts';
import type { GateWaker } from '../../temporal/gates/gate-waker.ts';
import type { WebUi } from '../../temporal/web-ui.ts';
import type { ReadOn } from './early-answers.ts';
import type { InstallationCheck } from './installation-check.ts';
import type { Waits } from './waits.ts';
import type { JsonText } from '../json/json-text.ts';
import type { ApiMetrics } from '../ops/api-metrics.ts';
import type { WorkspaceListeners } from '../v1/waiting/workspace-listeners.ts';

/** The server, with request types taken from each route's schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** How long clients are given, and give. */
export interface ApiTimes {
  /**
   * A client gets its answer within this time, whatever hangs behind us: a turn, a connection, a lock and a statement together. A route that
   * waits states a longer one.
   */
  readonly handlerMs: number;
  /** A client that sends its request, or only its headers, more slowly than that is cut off. */
  readonly requestMs: number;
  /** How often connections are checked for that. */
  readonly connectionsCheckMs: number;
  /** A connection on which nothing moves for so long is closed. */
  readonly connectionMs: number;
  /** How much of a request that is refused is still read, so that its answer is not lost. */
  readonly readOn: ReadOn;
}

/** The dependencies of the API. It owns none of them: whoever passes them closes them. */
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
  /** Beside the product's own. A test plants a route that waits, or streams. */
  readonly moreRoutes?: readonly ((app: Api, deps: RouteDeps) => void)[];
}

/** What routes share beside that: one of each per server. */
export interface RouteDeps extends ApiDeps {
  readonly enqueue: Enqueue;
  readonly enqueueBatch: EnqueueBatch;
  readonly keys: KeyRing;
  readonly inbox: Sequencer;
  /** By workspace: see createWorkspaceTurns. */
  readonly turns: Semaphore;
  readonly waits: Waits;
  /** What happens in workspaces: nobody else of the process reads events. */
  readonly events: EventFeed;
  readonly executionEvents: ExecutionEvents;
  /** Null without GATES_RESERVATIONS: gates report every end at once then. */
  readonly listeners: WorkspaceListeners | null;
  /** By workspace: for what is read when executions end for which requests wait. */
  readonly endReads: Semaphore;
  readonly metrics: ApiMetrics;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How deep the route's bodies may be nested. Defaults to JSON_DEPTH_MAX. */
    jsonDepthMax?: number;
  }
  interface FastifyRequest {
    /** The JSON body as it was written; null when there was none. */
    jsonText: JsonText | null;
  }
}
