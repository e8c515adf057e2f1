import { createKey } from '../../src/db/keys/create-key.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { RIGHTS, type Right } from '../../src/domain/keys/rights.ts';
import { newKey } from '../../src/keys/key-text.ts';

export interface TestKey {
  readonly id: string;
  readonly text: string;
  /** To send. */
  readonly headers: { readonly authorization: string };
}

export interface TestKeyOptions {
  /** Left out: all. */
  readonly workspaceId?: string;
  /** Left out: all, or all that a key of a workspace can have. */
  readonly rights?: readonly Right[];
  readonly expiresAt?: Date;
}

/** A key in the database, made as `sluice keys create` makes one. */
export async function insertTestKey(database: Database, options: TestKeyOptions = {}): Promise<TestKey> {
  const { id, text, secretHash } = newKey();
  const { workspaceId = null, expiresAt = null } = options;
  const rights = options.rights ?? (workspaceId === null ? RIGHTS : (['enqueue', 'read', 'cancel'] as const));
  await createKey(database, {
    id,
    secretHash,
    name: 'test',
    workspaceId,
    rights,
    expiresAt,
    createdBy: null,
  });
  return { id, text, headers: { authorization: `Bearer ${text}` } };
}
