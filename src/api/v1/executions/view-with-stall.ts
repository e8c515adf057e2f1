import type { FoundExecution } from '../../../db/executions/find-execution.ts';
import { findStalls } from '../../../db/stalls/find-stalls.ts';
import type { RouteDeps } from '../../server/api.ts';
import type { Execution } from './executions.schemas.ts';
import { executionView } from './executions.view.ts';

/** The execution as the API shows it. Only one that runs can be stalled, so that only then stalls are read. */
export async function viewWithStall(
  { database, webUi }: Pick<RouteDeps, 'database' | 'webUi'>,
  found: FoundExecution,
): Promise<Execution> {
  const { id, status } = found.execution;
  if (status !== 'running') return executionView(found, webUi);
  return executionView(found, webUi, (await findStalls(database.db, [id])).get(id));
}
