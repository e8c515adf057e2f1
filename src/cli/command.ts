/** What the file of a subcommand exports. */
export interface Command {
  /** What `--help` prints. */
  readonly usage: string;
  /** The same for some arguments, when less of it matters. */
  usageFor?(args: readonly string[]): string;
  /** Resolves to the exit code. */
  run(args: readonly string[]): Promise<number>;
}
