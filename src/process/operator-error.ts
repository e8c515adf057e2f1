/** What ends a process, or keeps it from starting, and is for an operator to put right: its message says how. */
export abstract class OperatorError extends Error {}

/** Says on standard error what ended a process. Whatever is not for operators is a defect, and keeps its stack. */
export function printError(error: unknown): void {
  console.error(error instanceof OperatorError ? `${error.name}: ${error.message}` : error);
}
