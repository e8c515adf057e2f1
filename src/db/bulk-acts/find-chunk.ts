import type { Database } from '../connection/database.ts';
import { readByOneIndex } from '../executions/list/read-by-one-index.ts';
import { type Far, findingNext } from './scan-matching.ts';
import type { BulkPart } from './take-part.ts';

/** Executions of one transaction: it holds the workspace for some tens of milliseconds. */
export const CHUNK_MAX = 100;

/** Rows of one look for them. */
const LOOKED_AT_MAX = 2_000;

/** The next executions of a part. */
export interface Chunk {
  readonly ids: readonly string[];
  /** Where the next chunk begins. */
  readonly afterId: string;
  /** Whether there is no other after it. */
  readonly isLast: boolean;
}

/** Reads the next executions that match, without a lock: whether they still can be ended is looked at under it. There may be none and others later. */
export async function findChunk(database: Database, part: BulkPart): Promise<Chunk> {
  const { workspaceId, afterId } = part;
  const look = { rows: LOOKED_AT_MAX, limit: CHUNK_MAX };
  const statement = findingNext(part, { workspaceId, id: afterId }, look);
  if (statement === null) return { ids: [], afterId, isLast: true };
  const rows = await readByOneIndex<Far & { id: string | null }>(database, statement);
  const ids = rows.flatMap(({ id }) => id ?? []);
  const { scanned, through } = rows[0]!;
  if (ids.length === CHUNK_MAX) return { ids, afterId: ids.at(-1)!, isLast: false };
  return { ids, afterId: through ?? afterId, isLast: scanned < LOOKED_AT_MAX };
}
