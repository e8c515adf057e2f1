import type { AnyWorkflow, ExecutionEvent } from '../../../../packages/client/src/index.ts';
import { integer } from '../arguments.ts';
import { verb } from '../command.ts';
import { single } from '../group.ts';

const EVENTS_MAX = 1_000_000_000;

export const tail = single(
  'tail',
  verb({
    name: '',
    words: ['WORKSPACE'],
    text: 'Prints what happens in a workspace, one line for each event, until Ctrl-C.',
    options: {
      execution: { type: 'string', value: 'ID', text: 'only of this execution, from how it is to its end' },
      after: { type: 'string', value: 'ID', text: 'begins after this event; now unless given' },
      count: { type: 'string', value: 'N', text: 'ends after so many events' },
    },
    kind: 'live',
    async run(context, [workspaceId], { execution, after, count }) {
      const { sluice, show, flush } = context;
      let left = count === undefined ? Infinity : integer(count, '--count', { min: 1, max: EVENTS_MAX });
      const events =
        execution === undefined
          ? sluice.events(workspaceId!, { after })
          : sluice.executions.handle(workspaceId!, execution).events({ after });
      for await (const event of events) {
        show(event, () => [lineOf(event)]);
        flush();
        left -= 1;
        if (left === 0) return;
      }
    },
  }),
);

function lineOf(event: ExecutionEvent<AnyWorkflow>): string {
  if (event.kind === 'execution') {
    const { id, status, position } = event.execution;
    return `${timeOf(new Date().toISOString())}  execution  ${id}  ${status}${position === undefined ? '' : `  position ${position}`}`;
  }
  const { id, kind, executionId, seq, status, at } = event;
  const facts = [
    timeOf(at),
    id.padEnd(8),
    kind.padEnd(16),
    executionId,
    status,
    seq === null ? null : `seq ${seq}`,
  ];
  return facts.filter((fact) => fact !== null).join('  ');
}

/** In the time of this machine. */
function timeOf(at: string): string {
  const date = new Date(at);
  return `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
