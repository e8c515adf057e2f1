import { readConfig } from '../config/config.ts';
import { migrateDatabase } from '../db/migrate-database.ts';
import { readOptions } from './options.ts';

export const usage = `sluice migrate
  Brings the schema of the database of DATABASE_URL up to date. Several at once take turns.
Exit code: 0 up to date, 1 it could not be done.`;

/** The migrate process: brings the schema up to date and ends. */
export async function run(args: readonly string[]): Promise<number> {
  readOptions(args, {}, usage);
  await migrateDatabase(readConfig(process.env).DATABASE_URL, console.log);
  console.log('the database schema is up to date');
  return 0;
}
