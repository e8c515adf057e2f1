/** Each workflow has its modules to itself, so this is of one gate. */
let whatToDo: (() => void) | undefined;

/** Told when the run turns out to be a reset of another: what follows has not happened in that one. */
export function onReset(act: () => void): void {
  whatToDo = act;
}

/** Called before the first task after a reset. A replay calls it at the same place. */
export function wasReset(): void {
  whatToDo?.();
}

/** Where the SDK keeps a workflow's state. It promises that to nobody: test/gate/reservations/replacements.test.ts fails when it changes. */
const ACTIVATOR = '__TEMPORAL_ACTIVATOR__';

let random: (() => number) | undefined;

/**
 * Whether the run has got random numbers of its own since the last call, which is at its beginning and at a reset: there the SDK replaces the generator before it
 * passes the task on, in each replay at the same place. It keeps the job that says so to itself.
 */
export function hasNewRandomNumbers(): boolean {
  const before = random;
  const kept = globalThis as { readonly [ACTIVATOR]?: { readonly random: () => number } };
  random = kept[ACTIVATOR]?.random;
  return before !== undefined && before !== random;
}
