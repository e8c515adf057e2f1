import { readConfig } from '../config/config.ts';
import { overruledTierSettings } from '../config/tiers.ts';
import { migrateDatabase } from '../db/migrate-database.ts';
import { readOptions } from './options.ts';

export const usage = `sluice migrate
  Brings the schema of the database of DATABASE_URL up to date, and makes the rows of tiers that have none, by TIER_*.
  Several at once take turns.
Exit code: 0 up to date, 1 it could not be done, 2 wrong arguments.`;

/** The migrate process: brings the schema up to date and ends. */
export async function run(args: readonly string[]): Promise<number> {
  readOptions(args, {}, usage);
  const config = readConfig(process.env);
  const rows = await migrateDatabase(config.DATABASE_URL, config.tiers, console.log);
  console.log('the database schema is up to date');
  const overruled = overruledTierSettings(config, rows);
  if (overruled !== null) console.log(overruled);
  return 0;
}
