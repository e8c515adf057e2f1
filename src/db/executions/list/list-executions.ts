import type { Database } from '../../connection/database.ts';
import { findWorkspace } from '../../workspaces/find-workspace.ts';
import { ENDED_COLUMNS, type ExecutionSummaryRow } from '../execution-row.ts';
import { isFew } from './list-orders.ts';
import { readByOneIndex } from './read-by-one-index.ts';
import { type ListPage, needsScan, newest, newestAmong, newestOfFew } from './list-statement.ts';

/** How a page is looked for when no index serves its filter whole. */
export interface Looks {
  /** Rows of the first look: a filter that most rows match fills a page with it. */
  readonly firstRows: number;
  /** Rows of each look after it: some ten milliseconds, when they lie apart from each other. */
  readonly rows: number;
  /** Looks for one page, the first included. */
  readonly most: number;
  /** Rows that are few are all read, up to so many: of one reference, which may be anywhere, and of what runs, which is in the live table. */
  readonly fewOfReference: number;
  readonly fewRunning: number;
}

export const LOOKS: Looks = {
  firstRows: 250,
  rows: 1_000,
  most: 11,
  fewOfReference: 2_000,
  fewRunning: 10_000,
};

export interface ListedExecutions {
  /** At most `limit`, newest first. */
  readonly rows: readonly ExecutionSummaryRow[];
  /** The id before which the next page begins; null when this is the last. */
  readonly nextBeforeId: string | null;
  /**
   * Set when the page ends because enough rows were looked through, and not because it is full: all executions that were accepted since then
   * have been.
   */
  readonly scannedBackTo: Date | null;
}

/**
 * Executions of a workspace or of all, live and ended as one, newest first: in the order of their ids, which stay as they are when a row moves, so
 * that no execution comes twice or is left out by pages that follow each other. Each statement looks at a bounded number of rows, and so does
 * a page; a filter that few rows match has pages that are not full, or empty, and go on.
 *
 * @throws WorkspaceNotFoundError
 */
export async function listExecutions(
  database: Database,
  page: ListPage,
  looks = LOOKS,
): Promise<ListedExecutions> {
  const listed =
    (await readFew(database, page, looks)) ??
    (needsScan(page.filter) ? await scan(database, page, looks) : await readNewest(database, page));
  const { workspaceId } = page.filter;
  if (listed.rows.length === 0 && workspaceId !== null) await findWorkspace(database.db, workspaceId);
  return listed;
}

/** One more than the page has says whether there is another page. */
async function readNewest(database: Database, page: ListPage): Promise<ListedExecutions> {
  const rows = await readByOneIndex<RawRow>(database, newest({ ...page, limit: page.limit + 1 }));
  return cut(rows.map(decoded), page.limit);
}

/** Null when these are no rows that are few, or more of them than that. */
async function readFew(
  database: Database,
  page: ListPage,
  { fewOfReference, fewRunning }: Looks,
): Promise<ListedExecutions | null> {
  const { filter, limit } = page;
  if (!isFew(filter)) return null;
  const most = filter.reference === null ? fewRunning : fewOfReference;
  const statement = newestOfFew({ ...page, limit: limit + 1 }, most);
  const rows = await readByOneIndex<RawRow & { gathered: number }>(database, statement);
  return rows[0]!.gathered > most ? null : cut(found(rows), limit);
}

function cut(rows: readonly ExecutionSummaryRow[], limit: number): ListedExecutions {
  const shown = rows.slice(0, limit);
  const nextBeforeId = rows.length > limit ? shown.at(-1)!.id : null;
  return { rows: shown, nextBeforeId, scannedBackTo: null };
}

interface Far {
  readonly scanned: number;
  readonly through: string | null;
  readonly throughTime: Date | null;
}

async function scan(
  database: Database,
  { filter, beforeId, limit }: ListPage,
  looks: Looks,
): Promise<ListedExecutions> {
  const matching: ExecutionSummaryRow[] = [];
  let far: Far = { scanned: 0, through: beforeId, throughTime: null };
  for (let look = 0; look < looks.most; look++) {
    const most = look === 0 ? looks.firstRows : looks.rows;
    const next = { filter, beforeId: far.through, limit: limit + 1 - matching.length };
    const rows = await readByOneIndex<RawRow & Far>(database, newestAmong(next, most));
    far = rows[0]!;
    matching.push(...found(rows));
    if (matching.length > limit || far.scanned < most) return cut(matching, limit);
  }
  return { rows: matching, nextBeforeId: far.through, scannedBackTo: far.throughTime };
}

type RawRow = Readonly<Record<string, unknown>>;

/** A statement that has more to say than rows says it in one without, when there are none. */
function found(rows: readonly RawRow[]): ExecutionSummaryRow[] {
  return rows.filter(({ id }) => id !== null).map(decoded);
}

const COLUMNS = Object.entries(ENDED_COLUMNS);

function decoded(raw: RawRow): ExecutionSummaryRow {
  return Object.fromEntries(
    COLUMNS.map(([key, column]) => {
      const value = raw[column.name] ?? null;
      return [key, value === null ? null : column.mapFromDriverValue(value)];
    }),
  ) as unknown as ExecutionSummaryRow;
}
