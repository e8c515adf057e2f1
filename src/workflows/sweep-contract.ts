/** One sweep's doings, shown as the sweep workflow's result in the Web UI. */
export interface SweepReport {
  readonly woken: number;
  readonly replaced: number;
  readonly failed: number;
}

export interface SweepPage extends SweepReport {
  /** The workspace to go on after; null at the end. */
  readonly after: string | null;
}

/** What the sweep needs done outside the sandbox. */
export interface SweepActivities {
  /** Wakes one page of overdue workspaces, and replaces the gates among them that are wedged. */
  sweepWorkspaces(after: string | null): Promise<SweepPage>;
}
