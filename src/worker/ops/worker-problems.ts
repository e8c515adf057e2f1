import type { Database } from '../../db/connection/database.ts';
import { DatabaseReadOnlyError, requireWritable } from '../../db/connection/require-writable.ts';
import type { SupervisedWorker } from '../sdk/supervised-worker.ts';

/** The problems of the moment, in words for a probe; empty when the process does its job. */
export async function workerProblems(
  workers: readonly SupervisedWorker[],
  databases: readonly Database[],
): Promise<readonly string[]> {
  const found: string[] = [];
  if (workers.some((worker) => worker.status() === null))
    found.push('a Worker failed and is being made again');
  const answers = await Promise.allSettled(databases.map(requireWritable));
  const failures = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as unknown] : [],
  );
  found.push(...new Set(failures.map(problemOf)));
  return found;
}

function problemOf(error: unknown): string {
  return error instanceof DatabaseReadOnlyError ? error.message : 'Postgres does not answer';
}
