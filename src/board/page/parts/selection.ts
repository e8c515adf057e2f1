import { useState } from 'preact/hooks';
import type { ExecutionSummary } from '../ask/shapes.ts';

/** Rows that somebody has selected to do something with them. */
export interface Selection {
  readonly selected: readonly ExecutionSummary[];
  readonly has: (id: string) => boolean;
  readonly toggle: (execution: ExecutionSummary) => void;
  readonly setAll: (executions: readonly ExecutionSummary[], isSelected: boolean) => void;
  readonly clear: () => void;
}

export function useSelection(): Selection {
  const [byId, setById] = useState<ReadonlyMap<string, ExecutionSummary>>(new Map());
  return {
    selected: [...byId.values()],
    has: (id) => byId.has(id),
    toggle: (execution) => {
      const next = new Map(byId);
      if (!next.delete(execution.id)) next.set(execution.id, execution);
      setById(next);
    },
    setAll: (executions, isSelected) => {
      const next = new Map(byId);
      for (const one of executions) if (!isSelected) next.delete(one.id);
      if (isSelected) for (const one of executions) next.set(one.id, one);
      setById(next);
    },
    clear: () => setById(new Map()),
  };
}
