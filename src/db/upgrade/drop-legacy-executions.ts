import type { ClientBase } from 'pg';
import { inTransactionOn } from '../connection/on-client.ts';

/**
 * Drops the table that rows were moved from, with the account of it. Counts first: a row that came to it behind the move would go with it.
 *
 * @throws Error when there is such a row; then nothing is dropped.
 */
export async function dropLegacyExecutions(client: ClientBase): Promise<void> {
  await inTransactionOn(client, async () => {
    await client.query('lock table legacy_executions');
    const { rows } = await client.query<{ left: number }>(
      'select (count(*) - (select moved from legacy_executions_progress))::float8 as left from legacy_executions',
    );
    const { left } = rows[0]!;
    if (left !== 0)
      throw new Error(
        `${left} rows came to legacy_executions after the move had passed their ids: it is kept`,
      );
    await client.query('drop table legacy_executions, legacy_executions_progress');
  });
}
