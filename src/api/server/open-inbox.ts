import type { Repeating } from '../../async/repeat.ts';
import { inOwnSchema } from '../../db/connection/own-schema.ts';
import { listenToInbox } from '../../db/inbox/inbox-listener.ts';
import { startInboxPoller } from '../../enqueue/inbox/inbox-poller.ts';
import { createSequencerListener } from '../../enqueue/inbox/sequencer-listener.ts';
import { createSequencer, type Sequencer } from '../../enqueue/inbox/sequencer.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import type { GateWaker } from '../../temporal/gates/gate-waker.ts';
import type { ApiMetrics } from '../ops/api-metrics.ts';
import type { Api, ApiDeps } from './api.ts';

type InboxDeps = Pick<ApiDeps, 'config' | 'log' | 'database'> & {
  readonly metrics: ApiMetrics;
  readonly waker: GateWaker;
};

/** What gives rows of the inbox their places, for requests that come upon one, and for a poll of its own. Ends with the server. */
export function openInbox({ config, log, database, metrics, waker }: InboxDeps, app: Api): Sequencer {
  const sequencer = createSequencer({
    database,
    maxInputBytes: config.MAX_INPUT_BYTES,
    maxWorkspaces: config.MAX_WORKSPACES,
    listener: createSequencerListener({ log, measures: metrics, waker }),
  });
  const parts: Repeating[] = [];
  // An API that does not come up has nothing to end.
  app.addHook('onReady', async () => {
    const poller = startInboxPoller({ log, database, sequencer });
    const listener = listenToInbox({
      database,
      connection: { ...inOwnSchema(config.DATABASE_URL), application_name: 'sluice-api-listener' },
      onCommit: () => poller.look(),
      onError: (error) =>
        logRepeated(log, 'warn', { error }, 'the API does not hear of commits into the inbox, and polls it'),
    });
    parts.push(listener, poller);
  });
  app.addHook('onClose', async () => {
    for (const part of parts) await part.stop();
  });
  return sequencer;
}
