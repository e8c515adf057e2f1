import { createCalls, type Send } from './calls/calls.ts';
import type { Retry } from './calls/retry.ts';
import { type EventsOptions, followEvents, type WorkspaceEvent } from './events/follow-events.ts';
import type { components } from './generated/api.ts';
import { createExecutions, type Executions } from './executions/executions.ts';
import type { StartedExecution } from './executions/handle.ts';
import {
  type OutcomeOfMany,
  start,
  startMany,
  type StartManyOptions,
  type StartOfMany,
  type StartOptions,
} from './executions/start.ts';
import type { AnyWorkflow, Workflow } from './executions/workflow.ts';
import { type BulkActs, createBulkActs } from './bulk-acts.ts';
import { createGates, type Gates } from './gates.ts';
import { createKeys, type Keys } from './keys.ts';
import { listPages, type ListOptions } from './pages.ts';
import { createStats, type StatsCalls } from './stats.ts';
import { createTiers, type Tiers } from './tiers.ts';
import { type Change, createWorkspaces, type Workspaces } from './workspaces.ts';

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
  readonly keys: Keys;
  readonly gates: Gates;
  readonly bulkActs: BulkActs;
  readonly stats: StatsCalls;
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
    this.keys = createKeys(send);
    this.gates = createGates(send);
    this.bulkActs = createBulkActs(send);
    this.stats = createStats(send);
  }

  /**
   * Puts an execution into its workspace's queue; resolves once it is stored, and can no longer be lost. By the workflow's function, or by
   * its name: then give its type to have input and result typed, as `start<typeof orderReport>('orderReport', ...)`.
   */
  start<W extends Workflow = AnyWorkflow>(
    workflowType: string,
    options: StartOptions<W>,
  ): Promise<StartedExecution<W>>;
  start<W extends Workflow>(workflow: W, options: StartOptions<W>): Promise<StartedExecution<W>>;
  start<W extends Workflow>(workflow: W | string, options: StartOptions<W>): Promise<StartedExecution<W>> {
    return start(this.#send, workflow, options);
  }

  /**
   * Puts up to 1,000 executions into a workspace's queue, in their order and in one transaction; gives the outcome of each, in the same
   * order.
   *
   * @throws BatchRefusedError when `atomic` and one is refused
   */
  startMany<W extends Workflow = AnyWorkflow>(
    starts: readonly StartOfMany<W>[],
    options: StartManyOptions,
  ): Promise<readonly OutcomeOfMany<W>[]>;
  startMany<W extends Workflow>(
    starts: readonly (StartOfMany<W> & { readonly workflow: W })[],
    options: StartManyOptions,
  ): Promise<readonly OutcomeOfMany<W>[]>;
  startMany<W extends Workflow>(
    starts: readonly StartOfMany<W>[],
    options: StartManyOptions,
  ): Promise<readonly OutcomeOfMany<W>[]> {
    return startMany(this.#send, starts, options);
  }

  /**
   * What happens in a workspace, from now on or after the id of an event: each change once, in order. It connects again when the connection breaks,
   * as long as `retryFor` each time, and goes on until the loop is left or the signal is aborted.
   *
   * @throws EventsGoneError when events after the last id cannot be told any more: read the state that you need, then go on with its `after`
   */
  events(workspaceId: string, options: EventsOptions = {}): AsyncGenerator<WorkspaceEvent, void, void> {
    return followEvents(this.#send, workspaceId, options);
  }

  /** What was done to all workspaces, tiers and keys, by whom and when, newest first; pages are read as they are needed. */
  changes({ pageSize, signal }: ListOptions = {}): AsyncIterable<Change> {
    return listPages<Change>(pageSize, async (query) => {
      const { data } = await this.#send<components['schemas']['ChangePage']>(
        (api, limited) => api.GET('/v1/changes', { params: { query }, signal: limited }),
        { signal },
      );
      return data;
    });
  }
}
