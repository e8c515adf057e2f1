import { createCalls, type Send } from './calls/calls.ts';
import type { Retry } from './calls/retry.ts';
import { type EventsOptions, followEvents, type WorkspaceEvent } from './events/follow-events.ts';
import { createExecutions, type Executions } from './executions/executions.ts';
import { createTiers, type Tiers } from './tiers.ts';
import { createWorkspaces, type Workspaces } from './workspaces.ts';

export interface SluiceOptions {
  /** Where the API is, such as `http://127.0.0.1:8080`. Below it the client asks for `/v1/...`. */
  readonly baseUrl: string;
  /** A key of Sluice, sent as `Authorization: Bearer`. An installation with AUTH=none asks for none. */
  readonly apiKey?: string | undefined;
  /**
   * Milliseconds in which a request that got no answer, or one that passes (408, 429, 502, 503, 504), is sent again; 0 is never. All
   * requests may be: a start carries an idempotency key. Defaults to 30 s.
   */
  readonly retryFor?: number | undefined;
  /** Milliseconds that one try may take. Defaults to 15 s: Sluice itself gives up after 12. */
  readonly requestTimeout?: number | undefined;
  /** Called before each wait for another try, for a log. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
  /** Sends the requests instead of the global fetch. */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
}

const RETRY_FOR_DEFAULT_MS = 30_000;
const REQUEST_TIMEOUT_DEFAULT_MS = 15_000;

/** The client of one Sluice. It holds no connection and needs no end. */
export class Sluice {
  readonly tiers: Tiers;
  readonly workspaces: Workspaces;
  readonly executions: Executions;
  readonly #send: Send;

  constructor({
    retryFor = RETRY_FOR_DEFAULT_MS,
    requestTimeout = REQUEST_TIMEOUT_DEFAULT_MS,
    ...options
  }: SluiceOptions) {
    const send = createCalls({ retryFor, requestTimeout, ...options });
    this.#send = send;
    this.tiers = createTiers(send);
    this.workspaces = createWorkspaces(send);
    this.executions = createExecutions(send);
  }

  /**
   * What happens in a workspace, from now on or after the id of an event: each change once, in order. It connects again when the connection breaks,
   * as long as `retryFor` each time, and goes on until the loop is left or the signal is aborted.
   *
   * @throws EventsGoneError when events after the last id cannot be told any more: read the state that you need, then go on with its `after`
   */
  events(workspaceId: string, options: EventsOptions = {}): AsyncGenerator<WorkspaceEvent, never, void> {
    return followEvents(this.#send, workspaceId, options);
  }
}
