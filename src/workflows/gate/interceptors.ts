import { type WorkflowInterceptors, log } from '@temporalio/workflow';
import { refreshPage } from './shown/page.ts';
import { hasNewRandomNumbers, wasReset } from './state/on-reset.ts';

/** Names that the SDK keeps for itself: to a workflow with a default handler, such a signal throws before any code of ours runs. */
const RESERVED_PREFIX = '__temporal_';

/**
 * Drops signals of reserved names before the SDK sees them: it would fail the workflow task for ever, and with it wedge the gate. Brings
 * the gate's page up to date when it is read. The bundler finds this by its name.
 */
export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      activate({ activation, ...input }, next) {
        const kept = activation.jobs?.filter(({ signalWorkflow }) => {
          const reserved = signalWorkflow?.signalName?.startsWith(RESERVED_PREFIX) ?? false;
          if (reserved)
            log.warn('a signal of a name that is kept for the SDK was ignored', {
              ignoredSignal: signalWorkflow?.signalName,
            });
          return !reserved;
        });
        // In place: the SDK counts on the class of what it passes on.
        if (kept) activation.jobs = kept;
        if (activation.jobs?.some(({ queryWorkflow }) => queryWorkflow)) refreshPage();
        if (hasNewRandomNumbers()) wasReset();
        next({ activation, ...input });
      },
    },
  ],
});
