import { readConfig } from '../../config/config.ts';
import { databaseUrlHere } from '../database-here.ts';
import { readOptions } from '../options.ts';

export const usage = `sluice database
  Prints the URL of the database, with its password, for psql: that of DATABASE_URL or, without it, of the one that \`npm start\` runs here.
Exit code: 0 printed, 1 there is none, 2 wrong arguments.`;

/** The database process: prints where the database is and ends. */
export async function run(args: readonly string[]): Promise<number> {
  readOptions(args, {}, usage);
  console.log(databaseUrlHere(readConfig(process.env)));
  return 0;
}
