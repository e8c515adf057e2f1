import type { Servers } from './parts/servers.ts';

/** One round's figures, by name; `null` for what a round could not tell. */
export type Figures = Readonly<Record<string, number>>;

/** What a figure has to come to. */
export interface Reach {
  readonly what: string;
  /** From the figures of one round. Rounds are paired: a ratio is taken within its round, then the median over rounds. */
  value(figures: Figures): number;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** What a round looked like while it ran: a picture is drawn of it. */
export interface Timeline {
  /** How long each step is. */
  readonly stepSeconds: number;
  /** In order; a point of the picture's lines by name. */
  readonly steps: readonly Figures[];
  /** In seconds from the beginning. */
  readonly moments: readonly { readonly at: number; readonly what: string }[];
}

export interface Bench {
  readonly servers: Servers;
  /** Rows, executions, workspaces or seconds instead of the scenario's own number, for those that have one; null for its own. */
  readonly size: number | null;
  /** Sluice with reservations is a contestant too, for scenarios that take it. */
  readonly reservations: boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface RunningScenario {
  /** Runs every contestant once. */
  round(number: number): Promise<Figures>;
  /** Of the round that is worth a picture; null before the first. */
  timeline?(): Timeline | null;
  stop(): Promise<void>;
}

/** A question, measured with Sluice and its references side by side in each round. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly rounds: number;
  readonly reaches: readonly Reach[];
  /** Whether it uses a package of bench/package.json. */
  readonly needsPackages?: boolean;
  /** Whether Sluice with reservations can be measured beside Sluice. Defaults to false. */
  readonly takesReservations?: boolean;
  start(bench: Bench): Promise<RunningScenario>;
}
