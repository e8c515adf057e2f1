import { Semaphore } from './semaphore.ts';

/** Lets at most `limit` of the given tasks run at once; the rest wait in the order in which they came. */
export function limitConcurrency(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  const semaphore = new Semaphore({ total: limit });
  return (task) => semaphore.run('', task);
}
