import type { Client } from '@temporalio/client';
import { retentionMarginSeconds } from '../temporal/namespace/retention-margin.ts';
import type { Database } from '../db/connection/database.ts';
import { readDeletions } from '../db/audit/read-deletions.ts';
import { readKeptSince } from '../db/audit/read-kept-since.ts';
import { listWorkspaceIds } from '../db/audit/list-workspace-ids.ts';
import { readWorkspaceRows, type WorkspaceRows } from '../db/audit/read-workspace-rows.ts';
import { readDeployment } from '../db/installation/deployment.ts';
import { refuseOtherNamespace } from '../temporal/namespace/installation.ts';
import { describeNamespace } from '../temporal/namespace/namespace.ts';
import { WorkspaceNotFoundError } from '../domain/refusals.ts';
import { isAnswerOfFormer, isStrayOfFormer } from './record/former-life.ts';
import type { AcceptedAnswer } from './read/accepted-answer.ts';
import type { AuditRules } from './judging/audit-rules.ts';
import type { Note } from './judging/breach.ts';
import { isStillStray } from './record/started-ahead.ts';
import { findStrays } from './read/find-strays.ts';
import { type AuditReport, Findings } from './report/findings.ts';
import { foreignGates } from './read/foreign-gates.ts';
import type { DeploymentRecord } from './record/deployment-record.ts';
import { type Micros, SECOND_MICROS } from './record/micros.ts';
import { readRuns } from './read/read-runs.ts';
import { watchInbox } from './read/stuck-in-inbox.ts';
import type { Stray, WorkspaceRecord } from './record/workspace-record.ts';

export type { AcceptedAnswer } from './read/accepted-answer.ts';
export type { AuditReport } from './report/findings.ts';

export interface AuditOptions {
  /** Read only. */
  readonly database: Database;
  readonly client: Client;
  /** Ids of the workspaces to audit. Defaults to all. */
  readonly workspaces?: readonly string[];
  /** What a client wrote down of its own answers; DURABLE is judged by the rows alone without it. */
  readonly accepted?: readonly AcceptedAnswer[];
  /** Leaves out executions that ended before. Defaults to what retention has certainly left. */
  readonly since?: Date;
  /** How long Sluice may take to hear of an end. Defaults to 360 s; see graceSeconds(). */
  readonly graceSeconds?: number;
  /** How long a slot may stand free while a row waits. Defaults to 60 s; see maxIdleSlotSeconds(). */
  readonly maxIdleSlotSeconds?: number;
  readonly onProgress?: (line: string) => void;
}

const DEFAULT_SWEEP_INTERVAL_SECONDS = 30;

/** A lost wake is found by the first sweep that sees it one interval old: within two. */
export function maxIdleSlotSeconds(sweepIntervalSeconds: number): number {
  return 2 * sweepIntervalSeconds;
}

/** Where nothing waits, the sweep wakes a gate ten intervals after the last reconcile; one until it comes, one to put things right. */
export function graceSeconds(sweepIntervalSeconds: number): number {
  return 12 * sweepIntervalSeconds;
}

/**
 * Checks every invariant of a deployment against its rows and Temporal's own record. Reads only, one workspace at a time; may run
 * beside a deployment that works.
 *
 * @throws WorkspaceNotFoundError when a workspace is named that does not exist.
 * @throws NamespaceMismatchError when the database is bound to another namespace: nothing there is about its rows.
 */
export async function auditDeployment(options: AuditOptions): Promise<AuditReport> {
  const { database, client, onProgress = () => {} } = options;
  const { id: deployment, ...binding } = await readDeployment(database.db);
  const namespace = await describeNamespace(client);
  refuseOtherNamespace({ id: deployment, ...binding }, namespace);
  const keptMicros = keptByTemporalMicros(namespace.retentionSeconds);
  const keptSince = await readKeptSince(database);
  const since = later(options.since === undefined ? null : options.since.getTime() * 1000, keptSince);
  const workspaceIds = options.workspaces ?? (await listWorkspaceIds(database));
  const strays = await findStrays(database, client, {
    deployment,
    since,
    onProgress: (seen) => onProgress(`${seen} workflows of executions listed in Temporal`),
  });
  const rules = rulesOf(options);
  const inbox = await watchInbox(database, rules.maxIdleSlotSeconds);
  const findings = new Findings(rules);
  for (const [index, workspaceId] of workspaceIds.entries()) {
    const rows = await readUnlessDeleted(database, workspaceId, options.workspaces !== undefined);
    if (rows === null) continue;
    onProgress(
      `workspace ${index + 1} of ${workspaceIds.length}: ${workspaceId}, ${rows.executions.length} executions`,
    );
    const found = await readTemporal(client, deployment, rows, since, onProgress);
    const record: WorkspaceRecord = {
      ...rows,
      executions: found.executions,
      strays: (strays.get(workspaceId) ?? []).filter(
        (stray) =>
          !isStrayOfFormer(stray, rows.formerGoneAt) &&
          isStillStray(stray, { ...found, readAt: rows.readAt }),
      ),
      since,
      keptSince,
      keptMicros,
    };
    findings.note(behindNotes(workspaceId, found.visibilityBehind));
    findings.addWorkspace(record);
  }
  const known = new Set(workspaceIds);
  const deletions = await readDeletions(database);
  findings.addDeployment({
    deployment,
    namespace: client.options.namespace,
    foreignGates: await foreignGates(client, deployment, known),
    ...ofUnknownWorkspaces(options, known, strays, deletions),
    stuckInInbox: (await inbox.stuck()).filter(
      ({ workspaceId }) =>
        (options.workspaces ?? [workspaceId]).includes(workspaceId) &&
        deletions.get(workspaceId) !== Infinity,
    ),
  });
  return findings.report();
}

/** Null for one that is being deleted, or was since it was listed. */
async function readUnlessDeleted(
  database: Database,
  workspaceId: string,
  isNamed: boolean,
): Promise<WorkspaceRows | null> {
  try {
    const rows = await readWorkspaceRows(database, workspaceId);
    return rows.isBeingDeleted ? null : rows;
  } catch (error) {
    if (error instanceof WorkspaceNotFoundError && !isNamed) return null;
    throw error;
  }
}

function rulesOf(options: AuditOptions): AuditRules {
  return {
    accepted: options.accepted ?? null,
    graceSeconds: options.graceSeconds ?? graceSeconds(DEFAULT_SWEEP_INTERVAL_SECONDS),
    maxIdleSlotSeconds: options.maxIdleSlotSeconds ?? maxIdleSlotSeconds(DEFAULT_SWEEP_INTERVAL_SECONDS),
  };
}

function ofUnknownWorkspaces(
  { workspaces, accepted = [] }: AuditOptions,
  known: ReadonlySet<string>,
  strays: ReadonlyMap<string, readonly Stray[]>,
  deletions: ReadonlyMap<string, Micros>,
): Pick<DeploymentRecord, 'straysOfUnknown' | 'acceptedOfUnknown'> {
  // When only some workspaces are audited, the others are not unknown.
  if (workspaces !== undefined) return { straysOfUnknown: new Map(), acceptedOfUnknown: [] };
  return {
    straysOfUnknown: new Map(
      [...strays].flatMap(([workspaceId, its]) => {
        const others = its.filter((stray) => !isStrayOfFormer(stray, deletions.get(workspaceId)));
        return known.has(workspaceId) || others.length === 0 ? [] : [[workspaceId, others]];
      }),
    ),
    acceptedOfUnknown: accepted.filter(
      (answer) =>
        !known.has(answer.workspaceId) && !isAnswerOfFormer(answer, deletions.get(answer.workspaceId)),
    ),
  };
}

function later(one: Micros | null, other: Micros | null): Micros | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function keptByTemporalMicros(seconds: number): number {
  if (seconds === 0) return Infinity;
  return (seconds - retentionMarginSeconds(seconds)) * SECOND_MICROS;
}

async function readTemporal(
  client: Client,
  deployment: string,
  rows: WorkspaceRows,
  since: number | null,
  onProgress: (line: string) => void,
): Promise<{ executions: WorkspaceRecord['executions']; visibilityBehind: readonly string[] }> {
  const { workspaceId } = rows;
  const ids = rows.executions
    .filter(
      ({ admittedAt, closedAt }) =>
        admittedAt !== null && (since === null || closedAt === null || closedAt >= since),
    )
    .map(({ id }) => id);
  const { runs, visibilityBehind } = await readRuns(client, { deployment, workspaceId, ids }, (read) => {
    if (read % PROGRESS_EVERY === 0) onProgress(`workspace ${workspaceId}: ${read} of ${ids.length} read`);
  });
  return {
    executions: rows.executions.map((execution) => ({ ...execution, runs: runs.get(execution.id) ?? null })),
    visibilityBehind,
  };
}

/** A line every few seconds. */
const PROGRESS_EVERY = 1_000;

function behindNotes(workspaceId: string, executionIds: readonly string[]): Note[] {
  if (executionIds.length === 0) return [];
  return [
    {
      kind: 'not-checkable',
      workspaceId,
      executionIds,
      what: `Workspace ${workspaceId}: Temporal's visibility does not show ${executionIds.length} executions yet, so ONCE is known only for their newest run. Run the audit again later.`,
    },
  ];
}
