import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { enqueueExecutions } from '../../src/enqueue/enqueue-executions.ts';
import type { NewestEvent, ReconcileRequest } from '../../src/workflows/gate/contract.ts';
import { accepted, enqueueRequest } from '../../test/support/enqueue.ts';
import { completedReport, requestOf } from '../../test/support/rows.ts';

/** What each execution of the bench has as its input: too little to be what is measured. */
export const INPUT = '{"a":1}';

const RULES = { maxInputBytes: 1_000, knownWorkflowTypes: null };

/** A session for each call that is to be under way at once; nothing that the bench itself asks for is cut off. */
export function openBenchDatabase(url: string, poolSize = 1): Database {
  return openDatabase({
    url,
    poolSize,
    applicationName: 'bench',
    statementTimeoutMs: 600_000,
    lockTimeoutMs: 60_000,
    onError: () => {},
  });
}

/** SQL of a version 7 UUID, made of a moment in ms and of a text that no other of that moment has. */
export function idOf(ms: string, text: string): string {
  return `(lpad(to_hex(${ms}), 12, '0') || '7' || substr(md5(${text}), 1, 3) || '8' || substr(md5(${text}), 4, 15))::uuid`;
}

export interface Line {
  readonly workspaceId: string;
  /** How many executions wait in it. */
  readonly count: number;
  readonly limit: number;
}

/** Makes a workspace with so many executions in its queue, by SQL. Their ids ascend, as those that the API makes; the last is of now. */
export async function makeLine({ pool }: Database, { workspaceId, count, limit }: Line): Promise<void> {
  await pool.query(
    `insert into workspaces (id, tier, limit_override, limit_in_force, last_seq, pending, pending_bytes)
     values ($1, 'pro', $2, $2, $3::integer, $3::integer, $3::bigint * $4::integer)
     on conflict (id) do update set limit_override = $2, limit_in_force = $2, last_seq = workspaces.last_seq + $3::integer,
       pending = $3::integer, pending_bytes = $3::bigint * $4::integer`,
    [workspaceId, limit, count, INPUT.length],
  );
  await pool.query(
    `with began as (select (extract(epoch from clock_timestamp()) * 1000)::bigint - $2::integer as ms),
     made as (
       insert into executions (id, workspace_id, seq, workflow_type, input_bytes, payload_retention_days)
       select ${idOf('began.ms + n', '$1::text || n')}, w.id, w.last_seq - $2::integer + n, 'nothing', $3::integer, t.payload_retention_days
       from began, workspaces w, tiers t, generate_series(1, $2::integer) as n where w.id = $1::text and t.name = w.tier
       returning id, payload_retention_days)
     insert into payloads (execution_id, kind, retention_days, data)
     select id, 'input', payload_retention_days, convert_to($4, 'UTF8') from made`,
    [workspaceId, count, INPUT.length, INPUT],
  );
}

/** As autovacuum leaves the tables some time after such a burst. */
export async function settle({ pool }: Database, tables: readonly string[]): Promise<void> {
  for (const table of tables) await pool.query(`vacuum analyze ${table}`);
  await pool.query('checkpoint');
}

/** Puts one execution in the queue of each workspace, all in one transaction, as the API does with what arrives at about the same time. */
export async function enqueueInto(
  database: Database,
  workspaceIds: readonly string[],
  idempotencyKey: string | null = null,
): Promise<string[]> {
  const outcomes = await enqueueExecutions(
    database,
    workspaceIds.map((workspaceId) => ({
      request: enqueueRequest({ workspaceId, workflowType: 'nothing', input: INPUT, idempotencyKey }),
      rules: RULES,
    })),
    'wait',
  );
  return outcomes.map((outcome) => accepted(outcome).execution.id);
}

/** What a gate does with its workspace's rows, without the gate. */
export interface Handoffs {
  /** The running execution that ends next. */
  oldest(): string;
  /** Reports the start and the end of the oldest running execution and claims the next in the queue; returns the one that ended. */
  handOff(): Promise<string>;
}

/** Takes up what the limit allows, as a gate does at its first reconcile. */
export async function startHandoffs(database: Database, workspaceId: string): Promise<Handoffs> {
  const options = { gateRunId: 'run', verifyAfterSeconds: 3_600 };
  let newest: NewestEvent = {};
  const reconcile = async (fields: Partial<ReconcileRequest>) => {
    const request = requestOf(workspaceId, { ...newest, ...fields });
    const { admitted, epoch, lastEvent } = await reconcileWorkspace(database, request, options);
    if (lastEvent === null) throw new Error(`${workspaceId} is restoring`);
    newest = { epoch, lastEvent };
    return admitted.map(({ executionId }) => executionId);
  };
  let running = await reconcile({});
  return {
    oldest: () => running[0]!,
    async handOff() {
      const [ended, ...rest] = running;
      const claimed = await reconcile({
        known: rest,
        started: [{ executionId: ended!, runId: randomUUID() }],
        closed: [completedReport(ended!, '{"ok":true}')],
      });
      if (claimed.length !== 1)
        throw new Error(`${claimed.length} executions of ${workspaceId} were claimed at one end`);
      running = [...rest, ...claimed];
      return ended!;
    },
  };
}
