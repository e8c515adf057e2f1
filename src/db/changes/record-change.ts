import type { Act, ChangedState, ChangeSource } from '../../domain/change.ts';
import type { Tx } from '../connection/database.ts';
import { changes } from '../schema.ts';

/** Who does something, by which way, and why. */
export interface Acting {
  /** The id of the key that asks; null without keys. */
  readonly by: string | null;
  readonly source: ChangeSource;
  /** Defaults to null. */
  readonly reason?: string | null;
}

/** Somebody who asks the API without a key. */
export const ANYBODY: Acting = { by: null, source: 'api' };

export interface NewChange {
  /** Null: it is about no workspace. */
  readonly workspaceId: string | null;
  readonly act: Act;
  /** The fields that the act changed, before and after it; null where there is no before or after. */
  readonly from: ChangedState | null;
  readonly to: ChangedState | null;
  /** Defaults to now, by Postgres' clock. */
  readonly at?: Date;
}

/** Adds an act to the record, in the act's own transaction: none is done without its record, and none is recorded that was not done. */
export async function recordChange(
  tx: Tx,
  { by, source, reason = null }: Acting,
  change: NewChange,
): Promise<void> {
  await tx.insert(changes).values({ ...change, by, source, reason });
}
