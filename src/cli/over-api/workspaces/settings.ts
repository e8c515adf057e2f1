import { LIMIT_MAX, LIMIT_MIN } from '../../../domain/tier.ts';
import { TIER_NAMES } from '../tier-names.ts';
import { UsageError } from '../../options.ts';
import { integer, oneOf } from '../arguments.ts';
import { verb } from '../command.ts';
import { limitLine, workspaceLines } from './workspace-lines.ts';

const WORKERS = ['pool', 'external'] as const;

export const REASON = {
  reason: { type: 'string', value: 'TEXT', text: 'why, for the record of changes' },
} as const;

export const getWorkspace = verb({
  name: 'get',
  words: ['WORKSPACE'],
  text: 'Shows a workspace.',
  options: {},
  kind: 'read',
  async run({ sluice, show }, [id]) {
    const workspace = await sluice.workspaces.get(id!);
    show(workspace, () => workspaceLines(workspace));
  },
});

export const putWorkspace = verb({
  name: 'put',
  words: ['WORKSPACE'],
  text: 'Creates a workspace, or replaces all its settings.',
  options: {
    tier: { type: 'string', value: 'TIER', text: TIER_NAMES.join(', ') },
    limit: {
      type: 'string',
      value: 'N',
      text: 'how many executions run at once, instead of what the tier says',
    },
    workers: { type: 'string', value: 'WHO', text: `${WORKERS.join(', ')}; pool unless given` },
    ...REASON,
  },
  kind: 'act',
  async run({ sluice, show }, [id], { tier, limit, workers, reason }) {
    if (tier === undefined) throw new UsageError('--tier TIER is missing.');
    const workspace = await sluice.workspaces.put(id!, {
      tier: oneOf(tier, '--tier', TIER_NAMES),
      ...(limit !== undefined && { limitOverride: limitOf(limit, '--limit') }),
      ...(workers !== undefined && { workers: oneOf(workers, '--workers', WORKERS) }),
      ...(reason !== undefined && { reason }),
    });
    show(workspace, () => workspaceLines(workspace));
  },
});

export const resizeWorkspace = verb({
  name: 'resize',
  words: ['WORKSPACE', 'LIMIT'],
  text: 'Changes how many executions of a workspace run at once; `tier` is what its tier says.',
  options: REASON,
  kind: 'act',
  async run({ sluice, show }, [id, limit], { reason }) {
    const limitOverride = limit === 'tier' ? null : limitOf(limit!, 'LIMIT');
    const before = await sluice.workspaces.get(id!);
    const after = await sluice.workspaces.patch(id!, {
      limitOverride,
      ...(reason !== undefined && { reason }),
    });
    show(after, () => [limitLine(before, after)]);
  },
});

const limitOf = (text: string, name: string) => integer(text, name, { min: LIMIT_MIN, max: LIMIT_MAX });
