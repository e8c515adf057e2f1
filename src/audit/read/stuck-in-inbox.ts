import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditedInboxRow, findInboxIds, findOldInboxRows } from '../../db/audit/read-inbox.ts';
import type { Database } from '../../db/connection/database.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * What lies in the inbox for longer than the bound. The time at which a row was asked for does not tell: its transaction may have been open for minutes. So the
 * old ones are looked for at once, and `stuck` looks whether they are still there when the bound has passed; it waits for that only while some are.
 */
export async function watchInbox(
  database: Database,
  maxSeconds: number,
): Promise<{ stuck(): Promise<readonly AuditedInboxRow[]> }> {
  const beganMs = performance.now();
  const old = await findOldInboxRows(database, maxSeconds);
  return {
    async stuck() {
      for (let left = old; ;) {
        if (left.length === 0) return [];
        const there = await findInboxIds(
          database,
          left.map(({ id }) => id),
        );
        left = left.filter(({ id }) => there.has(id));
        const restMs = beganMs + maxSeconds * 1_000 - performance.now();
        if (left.length === 0 || restMs <= 0) return left;
        await sleep(Math.min(LOOK_EVERY_MS, restMs));
      }
    },
  };
}
