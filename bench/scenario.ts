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

export interface Bench {
  readonly servers: Servers;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface RunningScenario {
  /** Runs every contestant once. */
  round(number: number): Promise<Figures>;
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
  start(bench: Bench): Promise<RunningScenario>;
}
