import { goTo, searchWith, usePlace } from '../place/place.ts';
import type { Order } from '../parts/sorting.tsx';

export interface WorkspacesQuery {
  readonly search: string;
  readonly tier: string;
  readonly health: string;
  readonly sort: string;
  readonly order: Order;
  readonly cursor: string | null;
  /** What the API is asked. */
  readonly path: string;
  /** Changes the address, and begins with the first page unless another is named. */
  readonly change: (changes: Readonly<Record<string, string | null>>, how?: 'add' | 'replace') => void;
}

/** First the one that waits longest: whoever opens the board at night looks for it. */
const SORT_FIRST = 'oldestWait';

const PAGE_SIZE = '50';

/** What of the workspaces is shown, as the address says: a link to it shows the same. */
export function useWorkspacesQuery(): WorkspacesQuery {
  const { pathname, search: text } = usePlace();
  const params = new URLSearchParams(text);
  const get = (name: string) => params.get(name) ?? '';
  const [search, tier, health] = [get('search'), get('tier'), get('health')];
  const sort = get('sort') || SORT_FIRST;
  const order = get('order') === 'asc' ? 'asc' : 'desc';
  const cursor = params.get('cursor');
  const asked = searchWith('', { search, tier, health, sort, order, cursor, limit: PAGE_SIZE });
  return {
    search,
    tier,
    health,
    sort,
    order,
    cursor,
    path: `/v1/stats/workspaces${asked}`,
    change: (changes, how = 'add') => goTo(pathname + searchWith(text, { cursor: null, ...changes }), how),
  };
}
