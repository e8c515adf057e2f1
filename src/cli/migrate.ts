import { readConfig } from '../config/config.ts';
import { migrateDatabase } from '../db/migrate-database.ts';

/** The migrate process: brings the schema of DATABASE_URL up to date and ends. */
try {
  await migrateDatabase(readConfig(process.env).DATABASE_URL, console.log);
  console.log('the database schema is up to date');
} catch (error) {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
}
