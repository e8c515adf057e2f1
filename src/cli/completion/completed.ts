/** What can be completed of a command. */
export interface Completed {
  readonly name: string;
  readonly summary: string;
  /** What it can do, by the second word. */
  readonly verbs: readonly string[];
  readonly options: readonly string[];
}

/** Read out of its help, so that it has what help has. */
export function completedOf(name: string, summary: string, usage: string): Completed {
  const synopses = usage.split('\n').filter((line) => line.startsWith(`sluice ${name} `));
  const verbs = synopses.map((line) => line.split(' ')[2]!).filter((word) => /^[a-z][a-z-]*$/.test(word));
  const options = [...usage.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option);
  return { name, summary, verbs: [...new Set(verbs)], options: [...new Set(options)].sort() };
}
