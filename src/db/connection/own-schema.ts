import type pg from 'pg';

/** The schema of all that is Sluice's. What else is in the database, a service's own tables for one, may have the same names. */
export const OWN_SCHEMA = 'sluice';

/**
 * How to connect so that a name without a schema is Sluice's own, whatever the role and the database say. Begins with the session, so that it costs no
 * round trip. Keeps the options that the URL has.
 */
export function inOwnSchema(url: string): Pick<pg.ClientConfig, 'connectionString' | 'options'> {
  const path = `-c search_path=${OWN_SCHEMA}`;
  if (!URL.canParse(url)) return { connectionString: url, options: path };
  const parsed = new URL(url);
  const options = parsed.searchParams.get('options');
  // What the URL says counts more than what stands beside it.
  if (options === null) return { connectionString: url, options: path };
  parsed.searchParams.set('options', `${options} ${path}`);
  return { connectionString: parsed.toString() };
}
