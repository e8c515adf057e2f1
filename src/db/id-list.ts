import { sql, type SQL } from 'drizzle-orm';

/** One parameter for a whole list; drizzle would spread a plain array into many. */
export function textArray(values: readonly string[]): SQL {
  return sql`${sql.param([...values])}`;
}
