import { Connection } from '@temporalio/client';

const ANSWER_DEADLINE_MS = 2_000;

/** Whether the server at this address answers, within two seconds, all that is asked of it. */
export async function temporalAnswers(
  address: string,
  ask: (connection: Connection) => Promise<void>,
): Promise<boolean> {
  const connection = Connection.lazy({ address });
  try {
    await connection.withDeadline(Date.now() + ANSWER_DEADLINE_MS, () => ask(connection));
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}
