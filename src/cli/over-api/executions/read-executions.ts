import type { Explanation } from '../../../../packages/client/src/index.ts';
import { plain } from '../../print/plain.ts';
import { tableLines } from '../../print/table.ts';
import { age } from '../../print/times.ts';
import { firstOf, oneOf, pageSizeFor, ROWS } from '../arguments.ts';
import { verb } from '../command.ts';
import { EXECUTION_COLUMNS, executionLines } from './execution-lines.ts';
import { FILTER, filterOf } from './filter.ts';

export const listExecutions = verb({
  name: 'list',
  words: ['[WORKSPACE]'],
  text: 'Lists executions of a workspace, or of all, newest first.',
  options: { ...FILTER, ...ROWS },
  kind: 'read',
  async run({ sluice, list, say }, [workspaceId], values) {
    const filter = { ...filterOf(values), pageSize: pageSizeFor(values.limit) };
    const executions =
      workspaceId === undefined
        ? sluice.executions.listAll(filter)
        : sluice.executions.list(workspaceId, filter);
    const { rows, hasMore } = await firstOf(executions, values.limit);
    list(rows, EXECUTION_COLUMNS);
    if (rows.length === 0) say('No execution matches.');
    if (hasMore) say(`There are older ones: --limit shows more than ${rows.length}.`);
  },
});

export const getExecution = verb({
  name: 'get',
  words: ['WORKSPACE', 'EXECUTION'],
  text: 'Shows an execution, with its input and result.',
  options: {},
  kind: 'read',
  async run({ sluice, show }, [workspaceId, id]) {
    const execution = await sluice.executions.get(workspaceId!, id!);
    show(execution, () => executionLines(execution));
  },
});

const AUDIENCES = ['operator', 'customer'] as const;

export const explainExecution = verb({
  name: 'explain',
  words: ['WORKSPACE', 'EXECUTION'],
  text: 'Says why an execution is where it is, and who holds the slots.',
  options: {
    audience: {
      type: 'string',
      value: 'WHO',
      text: 'operator, or customer: a sentence that is fit to be shown to an end customer; operator unless given',
    },
  },
  kind: 'read',
  async run({ sluice, show, paint }, [workspaceId, id], { audience = 'operator' }) {
    const handle = sluice.executions.handle(workspaceId!, id!);
    if (oneOf(audience, '--audience', AUDIENCES) === 'customer') {
      const explanation = await handle.explainToCustomer();
      return show(explanation, () => [plain(explanation.sentence)]);
    }
    const explanation = await handle.explain();
    return show(explanation, () => [plain(explanation.sentence), ...slotLines(explanation, paint)]);
  },
});

function slotLines({ slots }: Explanation, paint: Parameters<typeof tableLines>[2]): string[] {
  if (slots.length === 0) return [];
  return [
    '',
    ...tableLines(
      slots,
      [
        { title: 'SLOT HELD BY', of: ({ executionId }) => executionId },
        { title: 'TYPE', of: ({ workflowType }) => workflowType },
        { title: 'REFERENCE', of: ({ reference }) => reference },
        { title: 'FOR', of: ({ since }) => age(since) },
        {
          title: 'STALLED',
          of: ({ stalled }) => stalled && `${stalled.reason}: ${stalled.message}`,
          colour: () => 'red',
        },
      ],
      paint,
    ),
  ];
}
