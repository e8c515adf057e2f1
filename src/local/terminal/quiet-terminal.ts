/** Lines of one kind that are shown in a row; the others are counted. */
const SHOWN_AT_ONCE = 3;
const PERIOD_MS = 60_000;

export interface QuietTerminal {
  /** Shows a line, unless there have been three of its kind in the last minute. */
  show(kind: string, line: string): void;
}

/** A terminal in which one kind of line cannot scroll the others away: what a tenant causes over and over is shown thrice a minute. */
export function quietTerminal(print: (line: string) => void, periodMs = PERIOD_MS): QuietTerminal {
  const counts = new Map<string, number>();

  const sum = (kind: string) => {
    const left = counts.get(kind)! - SHOWN_AT_ONCE;
    counts.delete(kind);
    if (left > 0) print(`         ${left} more like this in the last minute, all in the log: ${kind}`);
  };

  return {
    show(kind, line) {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count === 1) setTimeout(() => sum(kind), periodMs).unref();
      if (count <= SHOWN_AT_ONCE) print(line);
    },
  };
}
