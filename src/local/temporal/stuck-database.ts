import { Connection } from '@temporalio/client';

const ANSWER_DEADLINE_MS = 2_000;

/** The dev server's SQLite, in each of its errors from then on. */
const INTERRUPTED = /interrupted \(9\)/;

/**
 * Whether the dev server's database answers everything with "interrupted". A query that is cut off, because its caller has waited long enough,
 * can leave a statement open in the driver that this release has (modernc.org/sqlite 1.34.1); SQLite then takes each later statement of the
 * one connection for interrupted, too, until the process ends. Under load it needs a few results of 2 MB.
 */
export async function isDatabaseStuck(address: string, namespace: string): Promise<boolean> {
  // Without the client's own tries, the last of which would only say that its time is over.
  const connection = Connection.lazy({ address, interceptors: [] });
  try {
    await connection.withDeadline(Date.now() + ANSWER_DEADLINE_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return false;
  } catch (error) {
    return INTERRUPTED.test(String(error));
  } finally {
    await connection.close();
  }
}
