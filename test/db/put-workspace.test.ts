import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { inOwnSchema } from '../../src/db/connection/own-schema.ts';
import { putWorkspace } from '../../src/db/workspaces/put-workspace.ts';
import { WorkspacesFullError } from '../../src/domain/refusals.ts';
import { openTestDatabase } from '../support/database.ts';
import { eventuallyEqual } from '../support/eventually.ts';

const CREATIONS = 4;
const SETTINGS = { tier: 'pro', limitOverride: null, workers: 'pool' } as const;

test('workspaces that are created while none of their transactions has ended count each other', async (t) => {
  const { database, close } = await openTestDatabase({ poolSize: CREATIONS, lockTimeoutMs: 20_000 });
  const dba = new pg.Client({ ...inOwnSchema(database.pool.options.connectionString!) });
  await dba.connect();
  t.after(async () => {
    await dba.end();
    await close();
  });
  const waiting = async () => {
    const { rows } = await dba.query<{ count: number }>(
      `select count(*)::integer as count from pg_locks join pg_database on pg_database.oid = database
       where not granted and datname = current_database()`,
    );
    return rows[0]!.count;
  };

  // A creation writes the record of limits last: while it is locked, none commits.
  await dba.query('begin');
  await dba.query('lock table limit_changes in share mode');
  const creations = Array.from({ length: CREATIONS }, (_, i) =>
    putWorkspace(database, `w${i}`, SETTINGS, { maxWorkspaces: 1 }).then(
      ({ change }) => change,
      (error: unknown) => (error instanceof WorkspacesFullError ? 'full' : error),
    ),
  );
  await eventuallyEqual(waiting, CREATIONS);
  await dba.query('commit');

  const ends = await Promise.all(creations);
  assert.equal(ends.filter((end) => end === 'created').length, 1);
  assert.equal(ends.filter((end) => end === 'full').length, CREATIONS - 1);
  const { rows } = await dba.query('select id from workspaces');
  assert.equal(rows.length, 1);
});
