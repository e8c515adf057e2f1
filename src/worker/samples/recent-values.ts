import { percentile } from '../../domain/percentile.ts';

interface Value {
  readonly atMs: number;
  readonly value: number;
}

/** Values of one workspace that are remembered at most: enough for a p99. */
const VALUES_MAX = 2_000;

/** What was measured in the last minutes, by workspace. */
export class RecentValues {
  readonly #byWorkspace = new Map<string, Value[]>();

  add(workspaceId: string, atMs: number, value: number): void {
    const values = this.#byWorkspace.get(workspaceId);
    if (values === undefined) this.#byWorkspace.set(workspaceId, [{ atMs, value }]);
    else values.push({ atMs, value });
  }

  /** Forgets what is older than that, and of each workspace what are too many. */
  forgetBefore(ms: number): void {
    for (const [workspaceId, values] of this.#byWorkspace) {
      const kept = values.filter(({ atMs }) => atMs >= ms).slice(-VALUES_MAX);
      if (kept.length === 0) this.#byWorkspace.delete(workspaceId);
      else this.#byWorkspace.set(workspaceId, kept);
    }
  }

  get workspaceIds(): Iterable<string> {
    return this.#byWorkspace.keys();
  }

  /** Null when nothing is remembered of the workspace. */
  percentileOf(workspaceId: string, p: number): number | null {
    const values = this.#byWorkspace.get(workspaceId);
    if (values === undefined) return null;
    return percentile(
      values.map(({ value }) => value),
      p,
    );
  }
}
