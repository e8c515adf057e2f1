import Type, { type TSchema } from 'typebox';
import { CURSOR_FORM } from './cursor.ts';

/** A page of a list holds so many items unless asked otherwise. */
const PAGE_SIZE_DEFAULT = 50;
/** Keeps one answer, and one statement, small. */
const PAGE_SIZE_MAX = 200;

export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: PAGE_SIZE_MAX,
      default: PAGE_SIZE_DEFAULT,
      description: 'The most items to return.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      ...CURSOR_FORM,
      description: 'Where to go on: the `nextCursor` of the page before, as it is.',
    }),
  ),
};

export function pageOf<Item extends TSchema>(item: Item, description: string, id: string) {
  return Type.Object(
    {
      items: Type.Array(item),
      nextCursor: Type.Union([Type.String(CURSOR_FORM), Type.Null()], {
        description: 'Ask for the next page with it; null when this is the last.',
      }),
    },
    { $id: id, description },
  );
}

/** Cuts rows that were read with one more than `limit` down to a page. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
  cursorAfter: (last: Row) => string,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(view),
    nextCursor: rows.length > limit && last !== undefined ? cursorAfter(last) : null,
  };
}

export const pageLimit = (query: { limit?: number }) => query.limit ?? PAGE_SIZE_DEFAULT;
