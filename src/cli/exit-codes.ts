/**
 * What `sluice` ends with. 1 is also an audit that found a breach, and a process that failed; 2 an audit that could not be made. An
 * interrupted command ends with 130, as the shell says.
 */
export const EXIT = {
  done: 0,
  refused: 1,
  usage: 2,
  /** No answer, none of Sluice's, or one that says that Sluice cannot serve now: the same command may succeed later. */
  notReachable: 3,
  /** The execution has ended, and not with a result. */
  noResult: 4,
  /** The execution has not ended in the time that was given. */
  notEnded: 5,
} as const;
