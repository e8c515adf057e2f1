import { Connection } from '@temporalio/client';

const DAY_SECONDS = 24 * 3600;

/** Keeps closed workflows for so many days. The dev server has no flag for it, and makes its namespaces with one day. */
export async function keepHistoriesFor(
  address: string,
  namespaces: readonly string[],
  days: number,
): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    for (const namespace of namespaces) await keepHistories(connection, namespace, days * DAY_SECONDS);
  } finally {
    await connection.close();
  }
}

async function keepHistories(connection: Connection, namespace: string, seconds: number): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) === seconds) return;
  await connection.workflowService.updateNamespace({
    namespace,
    // The generated types ask for a Long; a number is encoded just as well.
    config: { workflowExecutionRetentionTtl: { seconds: seconds as unknown as Long } },
  });
}
