import type { AuditRules } from '../judging/audit-rules.ts';
import type { Breach, Note } from '../judging/breach.ts';
import { createChecks } from '../checks/registry.ts';
import type { DeploymentRecord } from '../record/deployment-record.ts';
import type { WorkspaceRecord } from '../record/workspace-record.ts';

export interface AuditCheck {
  readonly invariant: string;
  readonly breaches: readonly Breach[];
  /** The number of things compared and the extremes found, for the table. */
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

/** One audit's checks, and the breaches and notes that they have found so far. */
export class Findings {
  readonly #rules: AuditRules;
  readonly #checks = createChecks().map((check) => ({ check, breaches: [] as Breach[] }));
  readonly #notes: Note[] = [];
  #workspaces = 0;
  #executions = 0;

  constructor(rules: AuditRules) {
    this.#rules = rules;
  }

  note(notes: readonly Note[]): void {
    for (const note of notes) this.#notes.push(note);
  }

  /** Runs every check over one workspace. */
  addWorkspace(record: WorkspaceRecord): void {
    this.#workspaces++;
    this.#executions += record.executions.length;
    for (const { check, breaches } of this.#checks) {
      const checked = check.checkWorkspace(record, this.#rules);
      for (const breach of checked.breaches) breaches.push(breach);
      this.note(checked.notes ?? []);
    }
  }

  /** To be called once, after the last workspace. */
  addDeployment(record: DeploymentRecord): void {
    for (const { check, breaches } of this.#checks)
      for (const breach of check.checkDeployment?.(record) ?? []) breaches.push(breach);
  }

  report(): AuditReport {
    const checks = this.#checks.map(({ check, breaches }) => ({
      invariant: check.name,
      breaches,
      measured: check.measured(this.#rules),
    }));
    return {
      workspaces: this.#workspaces,
      executions: this.#executions,
      checks,
      notes: this.#notes,
      ok: checks.every(({ breaches }) => breaches.length === 0),
    };
  }
}
