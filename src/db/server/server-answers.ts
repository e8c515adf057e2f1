import { onServer } from './on-server.ts';

const TIMEOUT_MS = 2_000;

/** Whether a Postgres takes connections there. Never throws. */
export function serverAnswers(url: string): Promise<boolean> {
  return onServer(url, async () => true, { connectTimeoutMs: TIMEOUT_MS }).catch(() => false);
}
