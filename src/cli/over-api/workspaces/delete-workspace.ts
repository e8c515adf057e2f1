import type { Workspace } from '../../../../packages/client/src/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { count } from '../../print/count.ts';
import { verb } from '../command.ts';
import { REASON } from './settings.ts';
import { deletedLines } from './workspace-lines.ts';

export const deleteWorkspace = verb({
  name: 'delete',
  words: ['WORKSPACE'],
  text: 'Deletes a workspace with its executions, inputs and results; refused while it has work.',
  options: {
    'end-work': { type: 'boolean', text: 'cancels what waits, and terminates what runs' },
    ...REASON,
  },
  kind: 'ask',
  async run({ sluice, show, confirm }, [id], { 'end-work': endWork, reason }) {
    const workspace = await sluice.workspaces.get(id!);
    if (!(await confirm(question(workspace, endWork === true)))) return EXIT.refused;
    const deleted = await sluice.workspaces.delete(id!, { endWork, reason });
    show(deleted, () => deletedLines(deleted));
    return EXIT.done;
  },
});

function question({ id, running, pending, scheduled }: Workspace, endWork: boolean): string {
  const work = `${count(running, 'execution')} that run and ${pending + scheduled} that wait`;
  const ends = endWork
    ? ` ${work} are ended: they are terminated and cancelled.`
    : ` It has ${work}; unless it has none it is refused.`;
  return `Deletes the workspace ${id} for good, with all its executions, inputs and results, and revokes its keys.${ends}`;
}
