import type { Change } from '../../../../packages/client/src/index.ts';
import type { Column } from '../../print/table.ts';
import { firstOf, pageSizeFor, ROWS } from '../arguments.ts';
import { verb } from '../command.ts';

const COLUMNS: readonly Column<Change>[] = [
  { title: 'AT (UTC)', of: ({ at }) => at.slice(0, 19).replace('T', ' ') },
  { title: 'WORKSPACE', of: ({ workspaceId }) => workspaceId },
  { title: 'ACT', of: ({ act }) => act },
  { title: 'BY', of: ({ by }) => by },
  { title: 'SOURCE', of: ({ source }) => source },
  { title: 'FROM', of: ({ from }) => stateText(from) },
  { title: 'TO', of: ({ to }) => stateText(to) },
  { title: 'REASON', of: ({ reason }) => reason },
];

export const listChanges = verb({
  name: 'changes',
  words: ['[WORKSPACE]'],
  text: 'Lists what was done to a workspace, or to all with tiers and keys, newest first: who, when, from what to what.',
  options: ROWS,
  kind: 'read',
  async run({ sluice, list, say }, [id], { limit }) {
    const options = { pageSize: pageSizeFor(limit) };
    const changes = id === undefined ? sluice.changes(options) : sluice.workspaces.changes(id, options);
    const { rows, hasMore } = await firstOf(changes, limit);
    list(rows, COLUMNS);
    if (hasMore) say(`There are older ones: --limit shows more than ${rows.length}.`);
  },
});

/** The fields of a state, but what is null. */
function stateText(state: Change['from']): string | null {
  if (state === null) return null;
  const fields = Object.entries(state).filter(([, value]) => value !== null);
  return fields
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
