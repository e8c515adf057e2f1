import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { inOwnSchema } from '../../../src/db/connection/own-schema.ts';
import { backUp } from '../../support/backup.ts';
import { eventually } from '../../support/eventually.ts';
import { REPOSITORY } from '../../support/processes/started.ts';
import { enqueueBySql, finish, holdSlots } from '../work.ts';
import { again, type Trouble } from './trouble.ts';

const LONG_MS = 60_000;

/** Postgres is up, and something is wrong in it. */
export const DATABASE_TROUBLES: readonly Trouble[] = [
  {
    alert: 'SluiceRequestsFail',
    when: 'a forgotten session keeps the row of a workspace locked',
    beside: ['SluiceVacuumHeldBack'],
    shortened: { '[5m]': '[20s]' },
    async cause(installation) {
      const { enqueue, sluice, databaseUrl } = installation;
      await sluice.workspaces.put('locked', { tier: 'pro' });
      const session = await openSession(
        databaseUrl,
        `select id from workspaces where id = 'locked' for update`,
      );
      const stop = again(300, () => enqueue('locked', 'nothing'));
      return async () => {
        await session.end();
        // It goes on sending: what shows that it is over is that requests are answered.
        await eventually(() => enqueue('locked', 'nothing'), LONG_MS);
        await stop();
      };
    },
  },
  {
    alert: 'SluiceInboxNotSequenced',
    when: 'a forgotten session keeps the row of a workspace locked, and a transaction asks for an execution there',
    beside: ['SluiceVacuumHeldBack'],
    shortened: { '> 60': '> 5' },
    async cause(installation) {
      const { sluice, databaseUrl, sql } = installation;
      await sluice.workspaces.put('kept', { tier: 'pro' });
      const session = await openSession(
        databaseUrl,
        `select id from workspaces where id = 'kept' for update`,
      );
      await enqueueBySql(installation, 'kept', '{"a":1}', 'one');
      return async () => {
        await session.end();
        await eventually(async () => assert.equal((await sql('select id from inbox')).length, 0), LONG_MS);
      };
    },
  },
  {
    alert: 'SluiceVacuumHeldBack',
    when: 'a session is forgotten in a transaction',
    shortened: { '> 3600': '> 5' },
    async cause({ databaseUrl }) {
      const session = await openSession(databaseUrl, 'select pg_current_xact_id()');
      return () => session.end();
    },
  },
  {
    alert: 'SluiceRestoring',
    when: 'a database comes back from a backup',
    // The slot of what ended before stays free until the operator's word.
    beside: ['SluiceHandoffSlow'],
    async cause(installation) {
      const { databaseUrl, enqueue } = installation;
      const held = await holdSlots(installation, 'restored', { limit: 1, executions: 2 });
      const backup = await backUp(databaseUrl);
      await eventually(() => finish(installation, held.slice(0, 1)), LONG_MS);
      await backup.restore();
      await eventually(() => enqueue('restored', 'nothing'), LONG_MS);
      return async () => {
        await sluiceCommand(installation, 'resume', '--after-restore', '--yes');
        await finish(installation, held.slice(1));
      };
    },
  },
  {
    alert: 'SluicePartitionsShort',
    when: 'the workers run as a role that may make no partitions, and nobody else has made any',
    // For this the workers are restarted.
    beside: ['SluiceProcessDown', 'SluiceWorkersDown'],
    async cause(installation) {
      const { sql, workers, asRole } = installation;
      await sql(`create role sluice_app login password 'app'`);
      await sql('grant usage on schema sluice to sluice_app');
      await sql('grant select, insert, update, delete on all tables in schema sluice to sluice_app');
      await sql('grant usage, select on all sequences in schema sluice to sluice_app');
      const restart = async (settings: Readonly<Record<string, string>>) => {
        for (const worker of workers) {
          await worker.stop();
          await worker.start(settings);
        }
      };
      for (const worker of workers) await worker.stop();
      // As they are when three weeks have passed.
      for (const { name } of await sql<{ name: string }>(LEAVES_AHEAD)) await sql(`drop table ${name}`);
      await restart(asRole('sluice_app', 'app'));
      return () => restart({});
    },
  },
];

/** Partitions that begin in the future, by their bounds. */
const LEAVES_AHEAD = `
  select oid::regclass::text as name from pg_class
  where relispartition and relkind = 'r'
    and (regexp_match(pg_get_expr(relpartbound, oid), 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz > now()`;

/** A session that has begun a transaction with that statement, and sits there. */
async function openSession(url: string, statement: string): Promise<pg.Client> {
  const session = new pg.Client({ ...inOwnSchema(url), application_name: 'forgotten' });
  session.on('error', () => {});
  await session.connect();
  await session.query('begin');
  await session.query(statement);
  return session;
}

async function sluiceCommand(
  {
    databaseUrl,
    commandSettings,
  }: { databaseUrl: string; commandSettings: Readonly<Record<string, string>> },
  ...args: readonly string[]
): Promise<void> {
  await promisify(execFile)(process.execPath, ['dist/src/cli/sluice.js', ...args], {
    cwd: REPOSITORY,
    env: { ...process.env, ...commandSettings, DATABASE_URL: databaseUrl },
  });
}
