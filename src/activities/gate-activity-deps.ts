import type { Client } from '@temporalio/client';
import type { Database } from '../db/connection/database.ts';
import type { NotFoundRule } from '../domain/not-found.ts';
import type { Log } from '../process/log.ts';
import type { StartRecorder } from './gate/record-starts.ts';
import type { GateMeasures } from './gate-measures.ts';

/** The settings that the gates' activities read, by the names that operators know them by. */
export interface GateSettings {
  readonly GATES_CONTINUE_AS_NEW_AFTER_EVENTS: number;
  readonly GATES_WATCH_OVERDUE_SECONDS: number;
  readonly GATES_RESERVATIONS: boolean;
  readonly GATES_RESIZE_BY_SIGNAL: boolean;
  readonly SWEEP_INTERVAL_SECONDS: number;
}

/** What the activities of the gates' queue need from the process that runs them. */
export interface GateActivityDeps {
  readonly config: GateSettings;
  readonly log: Log;
  readonly client: Client;
  readonly namespace: string;
  /** A pool of its own, so that nothing but reconcile can use up its connections. */
  readonly reconcileDatabase: Database;
  readonly database: Database;
  /** Starts polling a workspace's queue in this process, when it serves workspaces. Returns at once. */
  readonly startPolling: (workspaceId: string) => void;
  /** Whether the custom search attributes are registered. */
  readonly searchAttributes: boolean;
  /** The id of the installation that the database belongs to. */
  readonly deployment: string;
  /** How long the namespace keeps closed workflows. */
  readonly retentionSeconds: number;
  readonly startRecorder: StartRecorder;
  /** Gives what waits in the inbox its places, where no API does. */
  readonly sequenceInbox: () => Promise<void>;
  readonly measures: GateMeasures;
  /** When it is believed that Temporal no longer has a workflow. */
  readonly notFoundRule: NotFoundRule;
  /** Rejects when the namespace is not the one that the database is bound to, or cannot be asked. */
  readonly requireInstallation: () => Promise<void>;
}
