/** What the schedule starts a sweep with. It says whose schedule it is; the workflow itself does not read it. */
export interface SweepInput {
  readonly deployment: string;
}

/** The wakes of a sweep. */
export interface SweepWakes {
  readonly woken: number;
  readonly replaced: number;
  readonly failed: number;
}

/** One sweep's work, shown as the sweep workflow's result in the Web UI. */
export interface SweepReport extends SweepWakes {
  /** Start times that were recorded; null when that step failed or ran out of time. */
  readonly startTimes: number | null;
}

export interface SweepPage extends SweepWakes {
  /** The workspace to go on after; null at the end. */
  readonly after: string | null;
}

/** The sweep's work outside the sandbox. Each stops when its attempt is out of time. */
export interface SweepActivities {
  /** Wakes one page of overdue workspaces, and replaces the gates among them that are wedged. */
  sweepWorkspaces(after: string | null): Promise<SweepPage>;
  /** Records start times that a dead process left unrecorded. Returns how many. */
  recordMissedStartTimes(): Promise<number>;
}
