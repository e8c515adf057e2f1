import { h } from 'preact';

export type Order = 'asc' | 'desc';

export interface Sorting {
  readonly sort: string;
  readonly order: Order;
  readonly onSort: (sort: string, order: Order) => void;
}

interface HeadingProps {
  readonly name: string;
  /** By what the server sorts; left out, it does not. */
  readonly by?: string;
  /** What a first click on it gives. */
  readonly first?: Order;
  readonly sorting: Sorting;
  readonly class?: string;
  readonly title?: string;
}

/** The heading of a column, and a button that sorts by it. */
export function SortHeading({ name, by, first = 'desc', sorting, class: className, title }: HeadingProps) {
  const isSorted = by !== undefined && sorting.sort === by;
  const next = isSorted ? (sorting.order === 'asc' ? 'desc' : 'asc') : first;
  const words = { asc: 'ascending', desc: 'descending' } as const;
  return (
    <th scope="col" class={className} aria-sort={isSorted ? words[sorting.order] : undefined} title={title}>
      {by === undefined ? (
        name
      ) : (
        <button type="button" class="sort" onClick={() => sorting.onSort(by, next)}>
          {name}
        </button>
      )}
    </th>
  );
}
