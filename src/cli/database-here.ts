import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { localDatabaseUrl } from '../local/postgres/local-database.ts';
import { OperatorError } from '../process/operator-error.ts';

/** Thrown when no database is named and none runs here. */
export class NoDatabaseError extends OperatorError {
  override readonly name = 'NoDatabaseError';
}

/**
 * The database that a command is about: DATABASE_URL or, without it, that of the `npm start` whose data is in SLUICE_DATA_DIR.
 *
 * @throws NoDatabaseError
 */
export function databaseUrlHere(config: Pick<Config, 'DATABASE_URL' | 'SLUICE_DATA_DIR'>): string {
  if (config.DATABASE_URL !== '') return config.DATABASE_URL;
  const dataDir = resolve(config.SLUICE_DATA_DIR);
  const url = localDatabaseUrl(dataDir);
  if (url === null)
    throw new NoDatabaseError(
      `DATABASE_URL is not set, and no \`npm start\` runs with its data in ${dataDir}.\n  Set DATABASE_URL to the deployment's database, or SLUICE_DATA_DIR to the folder of a running one.`,
    );
  return url;
}
