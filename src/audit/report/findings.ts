import { type Breach, CHECK_NAMES, type CheckName, type Note } from '../checks/breach.ts';
import type { AuditRules } from '../checks/audit-rules.ts';
import { Tally } from './tally.ts';

export interface AuditCheck {
  readonly invariant: CheckName;
  readonly breaches: readonly Breach[];
  /** What was looked at and how near it came, for the table. */
  readonly measured: string;
}

export interface AuditReport {
  /** How many were looked at. */
  readonly workspaces: number;
  readonly executions: number;
  readonly checks: readonly AuditCheck[];
  readonly notes: readonly Note[];
  /** No breach. What the notes say could not be checked does not count against it. */
  readonly ok: boolean;
}

/** Breaches, notes and measures as they come together. */
export class Findings {
  readonly breaches = new Map<CheckName, Breach[]>(CHECK_NAMES.map((name) => [name, []]));
  readonly notes: Note[] = [];
  readonly tally = new Tally();

  add(name: CheckName, checked: { breaches: readonly Breach[]; notes?: readonly Note[] }): void {
    const all = this.breaches.get(name)!;
    for (const breach of checked.breaches) all.push(breach);
    for (const note of checked.notes ?? []) this.notes.push(note);
  }

  report(rules: AuditRules): AuditReport {
    const { tally } = this;
    const measured: Record<CheckName, string> = {
      CAP: tally.cap(),
      FIFO: `${tally.admissions} admissions`,
      DURABLE: tally.durable(rules.accepted !== null),
      ONCE: `${tally.workflows} workflows, ${tally.furtherRuns} further runs of them`,
      OUTCOME: `${tally.compared} ends compared`,
      LEAK: tally.leak(),
      'WORK-CONSERVING': tally.workConserving(rules.maxIdleSlotSeconds),
      COUNTERS: `${tally.workspaces} workspaces, ${tally.limitChanges} limit changes`,
    };
    const checks = CHECK_NAMES.map((invariant) => ({
      invariant,
      breaches: this.breaches.get(invariant)!,
      measured: measured[invariant],
    }));
    return {
      workspaces: tally.workspaces,
      executions: tally.executions,
      checks,
      notes: this.notes,
      ok: checks.every(({ breaches }) => breaches.length === 0),
    };
  }
}
