import type { KeySummaryRow } from '../../../db/keys/key-row.ts';
import { ALL_WORKSPACES, type Right } from '../../../domain/keys/rights.ts';
import type { Key } from './keys.schemas.ts';

export function keyView(row: KeySummaryRow): Key {
  return {
    id: row.id,
    name: row.name,
    workspaceId: row.workspaceId ?? ALL_WORKSPACES,
    rights: row.rights as Right[],
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    revokedBy: row.revokedBy,
    replacedBy: row.replacedBy,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
