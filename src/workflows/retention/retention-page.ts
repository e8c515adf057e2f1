import type { RetentionReport } from './contract.ts';

/** A run's page in the Web UI, in Markdown: what wants somebody's eye first, because text after a table needs scrolling. */
export function retentionPage(report: RetentionReport, dropping: string | null): string {
  const { made, aheadDays, dropped, problems } = report;
  return [
    aheadDays === null ? null : `Partitions reach **${Math.floor(aheadDays)} days** ahead.`,
    ...problems.map((problem) => `**Not done**, and tried again by the next run: ${problem}`),
    made.length === 0 ? null : `Made: ${made.map((name) => `\`${name}\``).join(', ')}.`,
    dropping === null
      ? null
      : `Dropping \`${dropping}\`. While it waits, its pending activity says for whom; nothing waits for it.`,
    dropped.length === 0
      ? 'Nothing has been dropped.'
      : [
          '| dropped | rows | MB | payloads that went on |',
          '| --- | ---: | ---: | ---: |',
          ...dropped.map(
            ({ name, rows, bytes, movedPayloads }) =>
              `| \`${name}\` | ${rows} | ${(bytes / 2 ** 20).toFixed(1)} | ${movedPayloads} |`,
          ),
        ].join('\n'),
  ]
    .filter((part) => part !== null)
    .join('\n\n');
}
