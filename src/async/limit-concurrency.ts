/** Lets at most `limit` of the given tasks run at once; the rest wait in the queue. */
export function limitConcurrency(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const line: (() => void)[] = [];
  return async (task) => {
    if (running >= limit) await new Promise<void>((resolve) => line.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // The place is handed over, not returned, so that a newcomer cannot slip in between.
      const next = line.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
