import { ANY_WORKFLOW_TYPE } from './known-workflow-types.ts';

/** A reading this old is renewed. */
const FRESH_MS = 5_000;
/** Before a type is refused, even a younger reading is renewed: the worker that knows it may just have come. */
const FRESH_FOR_REFUSAL_MS = 500;

export interface KnownTypesCache {
  /** The types that workers know, or null when none was ever published, fresh enough to judge `workflowType` by. */
  read(workflowType: string): Promise<ReadonlySet<string> | null>;
}

/** Keeps what workers publish for some seconds, so that not every request asks for it. */
export function createKnownTypesCache(
  load: () => Promise<ReadonlySet<string> | null>,
  now = Date.now,
): KnownTypesCache {
  let known: ReadonlySet<string> | null = null;
  let loadedAt = -Infinity;
  let loading: Promise<void> | null = null;

  const reload = async () => {
    const startedAt = now();
    known = await load();
    loadedAt = startedAt;
  };

  return {
    async read(workflowType) {
      const wouldRefuse = known !== null && !known.has(workflowType) && !known.has(ANY_WORKFLOW_TYPE);
      if (now() - loadedAt >= (wouldRefuse ? FRESH_FOR_REFUSAL_MS : FRESH_MS)) {
        loading ??= reload().finally(() => (loading = null));
        await loading;
      }
      return known;
    },
  };
}
