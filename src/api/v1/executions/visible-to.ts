import type { FoundExecution } from '../../../db/executions/find-execution.ts';
import type { Principal } from '../../../domain/keys/rights.ts';

const WITHOUT_PAYLOADS = { input: null, inputBytes: null, result: null, resultBytes: null } as const;

/** An execution in the answer to an act: whoever may do it and not read gets neither what others have sent nor what became of it. */
export function visibleTo<T extends FoundExecution>({ rights }: Principal, found: T): T {
  if (rights.has('read')) return found;
  return { ...found, execution: { ...found.execution, ...WITHOUT_PAYLOADS } };
}
