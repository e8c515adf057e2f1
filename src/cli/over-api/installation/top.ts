import type { Stats } from '../../../../packages/client/src/index.ts';
import { HEALTHS } from '../../../domain/health.ts';
import { count } from '../../print/count.ts';
import { tableLines } from '../../print/table.ts';
import { firstOf } from '../arguments.ts';
import { type Context, verb } from '../command.ts';
import { single } from '../group.ts';
import { filterOf, WHICH } from '../workspaces/list-workspaces.ts';
import { STATS_COLUMNS } from '../workspaces/stats-columns.ts';

export const top = single(
  'top',
  verb({
    name: '',
    words: [],
    text: 'Shows workspaces live, the ones in need first: by health, or by --sort.',
    options: WHICH,
    kind: 'watched',
    async run(context, _words, values) {
      const { sluice, show } = context;
      const limit = values.limit ?? rowsOfScreen();
      const asked = filterOf({ ...values, limit });
      const stats = await sluice.stats.get();
      const { rows } = await firstOf(
        sluice.stats.workspaces({ ...asked, sort: asked.sort ?? 'health' }),
        limit,
      );
      show({ at: new Date().toISOString(), stats, workspaces: rows }, () => [
        ...totalLines(stats, context),
        '',
        ...tableLines(rows, STATS_COLUMNS, context.paint),
      ]);
    },
  }),
);

/** What a terminal shows beside the lines above and below; a file has more room. */
const LINES_BESIDE = 7;
const ROWS_WITHOUT_SCREEN = 40;

function rowsOfScreen(): string {
  const lines = process.stdout.isTTY ? process.stdout.rows - LINES_BESIDE : ROWS_WITHOUT_SCREEN;
  return String(Math.max(1, lines));
}

function totalLines(stats: Stats, { paint }: Context): string[] {
  const { workspaces, running, pending, scheduled, health, failures, inbox } = stats;
  const healths = HEALTHS.filter((one) => health[one] > 0).map((one) => `${health[one]} ${one}`);
  return [
    paint(`${count(workspaces, 'workspace')}: ${healths.join(', ') || 'none'}`, 'bold'),
    `${running} running, ${pending} pending, ${scheduled} scheduled${inbox > 0 ? `, ${inbox} in the inbox` : ''}; ${failures.executions} failed in the last hour`,
  ];
}
