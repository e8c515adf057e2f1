import { UsageError } from '../../options.ts';
import { plain } from '../../print/plain.ts';
import { moment } from '../arguments.ts';
import { verb } from '../command.ts';
import { REASON } from './settings.ts';
import { pauseText } from './workspace-lines.ts';

export const pauseWorkspace = verb({
  name: 'pause',
  words: ['WORKSPACE'],
  text: 'Admits nothing more until it is resumed; what runs goes on.',
  options: {
    ...REASON,
    until: {
      type: 'string',
      value: 'TIME',
      text: 'when it resumes by itself: 2030-01-31T12:00:00Z, or 15m, 2h, 3d from now',
    },
  },
  kind: 'act',
  async run({ sluice, show }, [id], { reason, until }) {
    if (reason === undefined) throw new UsageError('--reason TEXT is missing: whoever wonders reads it.');
    const workspace = await sluice.workspaces.pause(id!, {
      reason,
      ...(until !== undefined && { until: moment(until, '--until', 'ahead') }),
    });
    show(workspace, () => [
      plain(`${id!}: ${workspace.running} go on, ${workspace.pending} wait; paused ${pauseText(workspace)}`),
    ]);
  },
});

export const resumeWorkspace = verb({
  name: 'resume',
  words: ['WORKSPACE'],
  text: 'Admits again, at once, up to the limit.',
  options: REASON,
  kind: 'act',
  async run({ sluice, show }, [id], { reason }) {
    const workspace = await sluice.workspaces.resume(id!, { reason });
    const { limit, running, pending } = workspace;
    show(workspace, () => [`${id!}: not paused; ${running} of ${limit} slots taken, ${pending} wait`]);
  },
});
