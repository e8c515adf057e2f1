const HOUR_SECONDS = 3600;

/**
 * How long before the end of the namespace's retention an execution counts as possibly forgotten. An hour, as the server deletes
 * in the background and clocks differ; less where retention itself is short.
 */
export function retentionMarginSeconds(retentionSeconds: number): number {
  return Math.min(HOUR_SECONDS, retentionSeconds / 10);
}
