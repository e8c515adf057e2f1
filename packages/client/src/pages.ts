import type { CallOptions } from './calls/calls.ts';

export interface ListOptions extends CallOptions {
  /** How many items are read at once. Defaults to 200, the most there are in a page. */
  readonly pageSize?: number | undefined;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

const PAGE_SIZE_DEFAULT = 200;

/** Every item of a list. The next page is read when the one before is used up. */
export async function* listPages<Item>(
  pageSize: number | undefined,
  read: (query: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, void> {
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await read({
      limit: pageSize ?? PAGE_SIZE_DEFAULT,
      ...(cursor !== null && { cursor }),
    });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
