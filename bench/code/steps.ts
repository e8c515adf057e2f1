/** Activities of an execution that has several. */
export const STEPS = 5;
