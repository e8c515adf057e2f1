import type { Config } from '../../config/config.ts';

/** Given after the grace for activities to end once they are cancelled; then the Worker ends without them. */
const FORCE_AFTER_GRACE_SECONDS = 5;

/** How a Worker stops: activities are cancelled after the grace, and given up a little later. */
export function shutdownTimes(
  config: Config,
  graceMaxSeconds = Number.POSITIVE_INFINITY,
): { shutdownGraceTime: number; shutdownForceTime: number } {
  const graceMs = Math.min(config.SHUTDOWN_GRACE_SECONDS, graceMaxSeconds) * 1000;
  return { shutdownGraceTime: graceMs, shutdownForceTime: graceMs + FORCE_AFTER_GRACE_SECONDS * 1000 };
}
