import type { ClientBase } from 'pg';
import { dropLegacyExecutions } from './drop-legacy-executions.ts';
import { letOthersPass } from './let-others-pass.ts';
import { moveBatch } from './move-batch.ts';

/** A person who watches wants to see that it goes on; a log wants few lines. */
const PROGRESS_EVERY_MS = 5_000;

/**
 * Moves the rows of the release before from `legacy_executions` to the tables of this one, then drops it. Goes on where a process before it was
 * killed; does nothing when the table is gone. The caller holds the migration's lock.
 */
export async function moveLegacyExecutions(
  client: ClientBase,
  url: string,
  log: (line: string) => void,
): Promise<void> {
  if (!(await isThere(client))) return;
  const { moved: before, total } = await progressOf(client);
  if (before < total) log(`moving ${total - before} of ${total} executions to the tables of this version`);
  const watch = startWatch(before, total, log);
  for (;;) {
    const moved = await letOthersPass(client, url, log, () => moveBatch(client));
    if (moved === null) break;
    watch.passed(moved);
  }
  await letOthersPass(client, url, log, () => dropLegacyExecutions(client));
  if (total === 0) return;
  // Autovacuum comes later, and never to a partitioned table itself: until then the planner would know nothing of these rows.
  await client.query('analyze executions, ended_executions, payloads');
  log(`moved all executions: ${watch.summary()}`);
}

async function isThere(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ oid: string | null }>(
    `select to_regclass('legacy_executions') as oid`,
  );
  return rows[0]!.oid !== null;
}

async function progressOf(client: ClientBase): Promise<{ moved: number; total: number }> {
  const { rows } = await client.query<{ moved: number; total: number }>(
    `select moved::float8 as moved, (select count(*) from legacy_executions)::float8 as total from legacy_executions_progress`,
  );
  return rows[0]!;
}

/** Says from time to time how far it has come. */
function startWatch(before: number, total: number, log: (line: string) => void) {
  const begun = performance.now();
  let said = begun;
  let moved = before;
  const seconds = () => (performance.now() - begun) / 1_000;
  const rate = () => (moved - before) / seconds();
  return {
    passed(now: number): void {
      moved = now;
      if (performance.now() - said < PROGRESS_EVERY_MS) return;
      said = performance.now();
      const left = Math.ceil((total - moved) / rate());
      log(`moved ${moved} of ${total} executions, ${Math.round(rate())} a second; ${left} s to go`);
    },
    summary: () => `${moved - before} in ${seconds().toFixed(1)} s, ${Math.round(rate())} a second`,
  };
}
