import type { KeyRow } from '../db/keys/key-row.ts';
import { ALL_WORKSPACES, type Principal, type Right } from '../domain/keys/rights.ts';

/** A key as a process knows it, between two looks at its row. */
export interface KnownKey {
  readonly principal: Principal;
  readonly secretHash: Buffer;
  readonly isRevoked: boolean;
  readonly lastUsedAt: Date | null;
}

export function knownKey(row: KeyRow): KnownKey {
  return {
    principal: {
      id: row.id,
      workspaceId: row.workspaceId ?? ALL_WORKSPACES,
      rights: new Set(row.rights as Right[]),
      expiresAt: row.expiresAt,
    },
    secretHash: row.secretHash,
    isRevoked: row.revokedAt !== null,
    lastUsedAt: row.lastUsedAt,
  };
}

/** Neither revoked nor expired. */
export function isAlive({ isRevoked, principal: { expiresAt } }: KnownKey, nowMs = Date.now()): boolean {
  return !isRevoked && (expiresAt === null || expiresAt.getTime() > nowMs);
}
