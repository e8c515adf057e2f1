import type { Shortened } from '../alert-rules.ts';
import type { Installation } from '../installation.ts';

/** One real cause of an alert. */
export interface Trouble {
  readonly alert: string;
  /** Completes "fires when". */
  readonly when: string;
  /** What of the alert's expression would take too long in a test. */
  readonly shortened?: Shortened;
  /** Alerts that may come with it, because they are true as well. */
  readonly beside?: readonly string[];
  /** Makes the trouble, and gives what ends it. */
  cause(installation: Installation): Promise<() => Promise<void>>;
}

/** Repeats an act, whatever comes of it, until the returned function is called; that resolves when the last one is over. */
export function again(everyMs: number, act: () => Promise<unknown>): () => Promise<void> {
  let stopped = false;
  const underWay = new Set<Promise<unknown>>();
  const tick = () => {
    if (stopped) return;
    const one: Promise<unknown> = act()
      .catch(() => {})
      .finally(() => underWay.delete(one));
    underWay.add(one);
    setTimeout(tick, everyMs);
  };
  tick();
  return async () => {
    stopped = true;
    await Promise.all(underWay);
  };
}
