import { getTableColumns } from 'drizzle-orm';
import type { Right } from '../../domain/keys/rights.ts';
import { apiKeys } from '../schema.ts';

/** A key with what its secret is known by. Not for an answer. */
export type KeyRow = typeof apiKeys.$inferSelect;

/** A key as people may see it. */
export type KeySummaryRow = Omit<KeyRow, 'secretHash'>;

const { secretHash: _secretHash, ...columns } = getTableColumns(apiKeys);

export const KEY_COLUMNS = columns;

/** What a new key is to be; the id and the hash are made with its secret. */
export interface NewKey {
  readonly id: string;
  readonly secretHash: Buffer;
  readonly name: string;
  /** Null: all workspaces. */
  readonly workspaceId: string | null;
  readonly rights: readonly Right[];
  readonly expiresAt: Date | null;
  readonly createdBy: string | null;
}
