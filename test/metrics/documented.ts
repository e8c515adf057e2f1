import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** A row of docs/metrics.md. */
export interface Documented {
  readonly name: string;
  readonly type: string;
  readonly labels: ReadonlySet<string>;
  readonly from: string;
}

/** Of the rows of all tables with these columns. */
export function documentedMetrics(): Documented[] {
  const text = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = text.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const name = /^`([a-z0-9_]+)`$/.exec(cells[1] ?? '')?.[1];
    if (cells.length !== 8 || name === undefined) return [];
    const [, , type, , labels, from, meaning] = cells as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    assert.ok(meaning.length > 1, `${name} says nothing`);
    return [
      { name, type, labels: new Set([...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label!)), from },
    ];
  });
  assert.deepEqual(
    rows.map(({ name }) => name).filter((name, at, all) => all.indexOf(name) !== at),
    [],
    'named twice',
  );
  return rows;
}
