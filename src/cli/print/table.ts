import type { Colour, Paint } from './colour.ts';
import { plain } from './plain.ts';

/** A column of a table of such rows. */
export interface Column<Row> {
  readonly title: string;
  /** Null shows as a dash. Numbers stand to the right. */
  readonly of: (row: Row) => string | number | null;
  readonly colour?: (row: Row) => Colour | undefined;
}

/** Longer texts are cut: the whole of them is in --json. */
const CELL_MAX_CHARS = 60;

/** The lines of a table, its titles first. */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  paint: Paint,
): string[] {
  const cells = columns.map((column) => cellsOf(rows, column));
  const lines = [...rows.keys()].map((index) =>
    cells
      .map(({ texts, width, isNumber }, nth) => {
        const text = texts[index]!;
        const padded = isNumber ? text.padStart(width) : text.padEnd(width);
        return paint(padded, columns[nth]!.colour?.(rows[index]!));
      })
      .join('  ')
      .trimEnd(),
  );
  const titles = cells.map(({ title, width, isNumber }) =>
    isNumber ? title.padStart(width) : title.padEnd(width),
  );
  return [paint(titles.join('  ').trimEnd(), 'bold'), ...lines];
}

/** Names and values, one a line; a value that is null is left out. */
export function fieldLines(fields: readonly (readonly [string, string | number | null])[]): string[] {
  const shown = fields.filter(([, value]) => value !== null);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${plain(String(value))}`);
}

function cellsOf<Row>(rows: readonly Row[], { title, of }: Column<Row>) {
  const values = rows.map(of);
  const isNumber =
    values.every((value) => value === null || typeof value === 'number') &&
    values.some((value) => value !== null);
  const texts = values.map((value) => (value === null ? '-' : cut(plain(String(value)))));
  return { title, texts, isNumber, width: Math.max(title.length, ...texts.map(({ length }) => length)) };
}

function cut(text: string): string {
  return text.length <= CELL_MAX_CHARS ? text : `${text.slice(0, CELL_MAX_CHARS - 1)}…`;
}
