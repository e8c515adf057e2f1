/** What the schedule starts a run of retention with. It says whose schedule it is; the workflow itself does not read it. */
export interface RetentionInput {
  readonly deployment: string;
}

/** What a run did, shown as the workflow's result in the Web UI. */
export interface RetentionReport {
  /** Names of the partitions that were made. */
  readonly made: readonly string[];
  /** For how many days from now every row has a partition; null when that step failed. */
  readonly aheadDays: number | null;
  readonly dropped: readonly DroppedPartition[];
  /** What could not be done, and why. The next run tries again. */
  readonly problems: readonly string[];
}

export interface DroppedPartition {
  readonly name: string;
  /** Counted, or Postgres' estimate of a large partition. */
  readonly rows: number;
  readonly bytes: number;
  /** Payloads that are still needed and went on to a later partition. */
  readonly movedPayloads: number;
}

export interface DuePartition {
  readonly name: string;
  /** Partitions of one parent go one after the other: one that is held holds the next ones, too. */
  readonly parent: string;
}

/** Retention's work outside the sandbox, on a task queue of its own. */
export interface RetentionActivities {
  /** Makes the partitions of the coming weeks that are missing. */
  makePartitions(): Promise<Pick<RetentionReport, 'made'> & { readonly aheadDays: number }>;
  /** What is past its retention, and what a run before has begun to drop. */
  findDuePartitions(): Promise<readonly DuePartition[]>;
  /** Null when it was not due any more, or gone. Waits for transactions that have read it, and heartbeats meanwhile. */
  dropPartition(name: string): Promise<DroppedPartition | null>;
}

/** The type of the failure with which a drop gives up waiting. */
export const PARTITION_HELD = 'PartitionHeld';
