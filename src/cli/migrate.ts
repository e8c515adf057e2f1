import { readConfig } from '../config/config.ts';
import { migrateDatabase } from '../db/migrate-database.ts';
import { printError } from '../process/operator-error.ts';

/** The migrate process: brings the schema of DATABASE_URL up to date and ends. */
try {
  await migrateDatabase(readConfig(process.env).DATABASE_URL, console.log);
  console.log('the database schema is up to date');
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
