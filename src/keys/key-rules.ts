import { KeyBeyondOwnError } from '../domain/keys/key-refusals.ts';
import { ALL_WORKSPACES, type Principal, type Right } from '../domain/keys/rights.ts';

/** How long a rotated key still holds beside its successor, unless told otherwise: a day to roll the new one out. */
export const GRACE_SECONDS = 24 * 3_600;

/** What somebody asks a new key to be. */
export interface AskedKey {
  /** A workspace's id, or ALL_WORKSPACES. */
  readonly workspaceId: string;
  readonly rights: readonly Right[];
  /** Null: never. */
  readonly expiresAt: Date | null;
}

/**
 * No key makes one that may do more than itself, elsewhere, or for longer.
 *
 * @throws KeyBeyondOwnError
 */
export function requireWithinOwn(maker: Principal, asked: AskedKey): void {
  const missing = asked.rights.filter((right) => !maker.rights.has(right));
  if (missing.length > 0) throw new KeyBeyondOwnError(`it has no right to ${missing.join(', ')}`);
  if (maker.workspaceId !== ALL_WORKSPACES && asked.workspaceId !== maker.workspaceId)
    throw new KeyBeyondOwnError(`it is of the workspace ${maker.workspaceId}`);
  const until = maker.expiresAt;
  if (until !== null && (asked.expiresAt === null || asked.expiresAt > until))
    throw new KeyBeyondOwnError(`it expires at ${until.toISOString()}`);
}
