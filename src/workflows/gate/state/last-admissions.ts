import type { AdmittedExecution, Admission } from '../contract.ts';

/** How many of the last admissions a gate remembers, to show them. */
const LAST_ADMISSIONS_KEPT = 10;

/** The newest admissions of a gate, of its earlier runs too, newest first. */
export class LastAdmissions {
  #all: readonly Admission[];

  constructor(handedOn: readonly Admission[]) {
    this.#all = handedOn;
  }

  get all(): readonly Admission[] {
    return this.#all;
  }

  /** `rows` in the order of their admission; `at` in ISO 8601. */
  add(rows: readonly AdmittedExecution[], at: string): void {
    const admissions = rows.map(({ executionId, seq, workflowType }) => ({
      executionId,
      seq,
      workflowType,
      at,
    }));
    this.#all = [...admissions.reverse(), ...this.#all].slice(0, LAST_ADMISSIONS_KEPT);
  }
}
