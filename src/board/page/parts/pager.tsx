import { h } from 'preact';

interface PagerProps {
  /** What the pages are of. */
  readonly name: string;
  readonly isFirst: boolean;
  readonly next: string | null;
  readonly onFirst: () => void;
  readonly onNext: (cursor: string) => void;
}

/** To the next page of a list, and back to its first. */
export function Pager({ name, isFirst, next, onFirst, onNext }: PagerProps) {
  if (isFirst && next === null) return null;
  return (
    <nav class="pager" aria-label={`Pages of ${name}`}>
      <button type="button" class="button small" disabled={isFirst} onClick={onFirst}>
        First page
      </button>
      <button
        type="button"
        class="button small"
        disabled={next === null}
        onClick={() => next !== null && onNext(next)}
      >
        Next page
      </button>
    </nav>
  );
}
