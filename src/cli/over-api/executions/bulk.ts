import { setTimeout as pause } from 'node:timers/promises';
import type { BulkAct, BulkActKind, BulkPreview } from '../../../../packages/client/src/index.ts';
import { BULK_ACTS } from '../../../domain/bulk/bulk-act.ts';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../options.ts';
import { count } from '../../print/count.ts';
import { fieldLines } from '../../print/table.ts';
import { integer, oneOf } from '../arguments.ts';
import { type Context, verb } from '../command.ts';
import { REASON } from '../workspaces/settings.ts';
import { FILTER, filterOf } from './filter.ts';

const POLL_MS = 500;
const EXECUTIONS_MAX = 1_000_000_000;

const WHAT: Readonly<Record<BulkActKind, string>> = {
  cancel: 'Cancels',
  terminate: 'Terminates',
  rerun: 'Runs again, as new ones,',
};

export const bulkAct = verb({
  name: 'bulk',
  words: ['ACT', '[WORKSPACE]'],
  text: 'Cancels, terminates or reruns all executions that match, on the server; says before to how many.',
  options: {
    ...FILTER,
    'all-workspaces': { type: 'boolean', text: 'in all workspaces, in place of WORKSPACE' },
    preview: { type: 'boolean', text: 'only counts them' },
    expect: { type: 'string', value: 'N', text: 'only when so many match' },
    detach: { type: 'boolean', text: 'ends when it is accepted; it goes on by itself' },
    ...REASON,
  },
  kind: 'ask',
  async run(context, [word, workspace], values) {
    const { sluice, show, confirm } = context;
    const act = oneOf(word!, 'ACT', BULK_ACTS);
    if ((workspace === undefined) !== (values['all-workspaces'] === true))
      throw new UsageError('Give either WORKSPACE or --all-workspaces.');
    const match = { workspace, ...filterOf(values) };
    const { expect, reason, yes } = values as typeof values & { yes?: boolean };
    const preview = await sluice.bulkActs.preview(act, match);
    if (values.preview === true) return show(preview, () => [`${matchingText(preview)} match`]);
    if (!(await confirm(question(act, workspace, preview)))) return EXIT.refused;
    const expected =
      expect === undefined ? undefined : integer(expect, '--expect', { min: 0, max: EXECUTIONS_MAX });
    const accepted = await sluice.bulkActs.start(act, {
      ...match,
      reason,
      // What somebody has said yes to.
      expected: expected ?? (yes === true || preview.matchingIsLowerBound ? undefined : preview.matching),
    });
    const last = values.detach === true ? accepted : await untilDone(context, accepted);
    show(last, () => bulkActLines(last));
    return EXIT.done;
  },
});

export const getBulkAct = verb({
  name: 'bulk-act',
  words: ['BULK_ACT', '[WORKSPACE]'],
  text: 'Shows how far a bulk act has come.',
  options: {},
  kind: 'read',
  async run({ sluice, show }, [id, workspace]) {
    const act = await sluice.bulkActs.get(id!, { workspace });
    show(act, () => bulkActLines(act));
  },
});

async function untilDone({ sluice, say }: Context, accepted: BulkAct): Promise<BulkAct> {
  let act = accepted;
  const read = async () => sluice.bulkActs.get(act.id, { workspace: act.workspaceId ?? undefined });
  for (let told = ''; act.state !== 'done'; act = await read()) {
    const state = `${act.id}: ${act.done} of ${act.matching} done, ${act.state}`;
    if (state !== told) say(state);
    told = state;
    await pause(POLL_MS);
  }
  return act;
}

function question(act: BulkActKind, workspace: string | undefined, preview: BulkPreview): string {
  const where = workspace === undefined ? 'of all workspaces' : `of the workspace ${workspace}`;
  return `${WHAT[act]} ${matchingText(preview)} ${where}.`;
}

function matchingText({ matching, matchingIsLowerBound }: BulkPreview): string {
  return `${matchingIsLowerBound ? 'at least ' : ''}${count(matching, 'execution')}`;
}

function bulkActLines(act: BulkAct): string[] {
  return fieldLines([
    ['bulk act', act.id],
    ['act', act.act],
    ['workspace', act.workspaceId ?? 'all'],
    ['state', act.state],
    ['matching', act.matching],
    ['done', act.done],
    ['skipped', act.skipped],
    ['failed', act.failed],
    ['last failure', act.lastFailure],
    ['reason', act.reason],
    ['asked by key', act.by],
  ]);
}
