import { readConfig } from '../../config/config.ts';
import { checkDatabase } from '../../db/connection/check-database.ts';
import { type Database, openDatabase } from '../../db/connection/database.ts';
import { databaseUrlHere } from '../database-here.ts';

/** Works on the database of DATABASE_URL or, without it, on that of the `npm start` that runs here. */
export async function onDatabase(
  applicationName: string,
  work: (database: Database) => Promise<number>,
): Promise<number> {
  const url = databaseUrlHere(readConfig(process.env));
  const database = openDatabase({
    url,
    poolSize: 1,
    applicationName,
    onError: (error) => console.error(`a connection to Postgres broke: ${error.message}`),
  });
  try {
    await checkDatabase(database, url);
    return await work(database);
  } finally {
    await database.close();
  }
}
