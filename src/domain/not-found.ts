/**
 * The count of a workflow that Temporal did not find. One NotFound is not proof: a server that is restored, fails over or is reached at
 * a wrong address answers so, too.
 */
export interface NotFoundCount {
  /** ISO 8601: the first of them since it was last found. */
  readonly since: string;
  /** How many tries have ended so; at most one is counted in NotFoundRule.everyMs. */
  readonly times: number;
}

/** When several NotFounds are believed. */
export interface NotFoundRule {
  readonly times: number;
  readonly spanMs: number;
  /** The pause between two tries. */
  readonly everyMs: number;
}

/** Longer than a restart or a failover of a Temporal server, so that several tries of it reach one that works. */
export const NOT_FOUND_RULE: NotFoundRule = { times: 5, spanMs: 180_000, everyMs: 15_000 };

/**
 * For an execution whose end was asked for, and that nobody is known to have started: the run of the gate that may have is over, and a server starts no child of a
 * closed parent. While it is looked for it holds a slot, so the search is shorter than a sweep takes to find a free one.
 */
export function ruleForUnstarted(rule: NotFoundRule): NotFoundRule {
  const { times, spanMs, everyMs } = rule;
  return { times, spanMs: Math.min(spanMs, 20_000), everyMs: Math.min(everyMs, 5_000) };
}

/** One more try that found nothing. */
export function countNotFound(before: NotFoundCount | null, nowMs: number): NotFoundCount {
  return before === null
    ? { since: new Date(nowMs).toISOString(), times: 1 }
    : { since: before.since, times: before.times + 1 };
}

/** Whether they suffice: enough of them, over long enough. */
export function isBelieved(count: NotFoundCount, rule: NotFoundRule, nowMs: number): boolean {
  return count.times >= rule.times && nowMs - Date.parse(count.since) >= rule.spanMs;
}
