import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LoadOutcome, LoadPlan } from './load-generator.ts';

const GENERATOR = fileURLToPath(new URL('load-generator.js', import.meta.url));

/**
 * Posts executions over so many connections, each of which sends its next request when the last one is answered. Requests under way at
 * the end is left without an answer. Throws when anything was refused.
 */
export async function postLoad(plan: LoadPlan, signal: AbortSignal): Promise<LoadOutcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [GENERATOR, JSON.stringify(plan)], {
    signal,
  });
  const outcome = JSON.parse(stdout) as LoadOutcome;
  if (outcome.refused > 0) throw new Error(`${outcome.refused} requests to ${plan.apiUrl} were refused`);
  return outcome;
}
