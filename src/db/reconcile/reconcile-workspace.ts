import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { AdmittedExecution, ReconcileRequest, Reservation } from '../../workflows/gate/contract.ts';
import { type Claim, type Claimed, claimSlots } from './claim-slots.ts';
import type { Database } from '../connection/database.ts';
import { type UndeliveredRow, type UnknownRow, admittedOf, findToTell } from './find-to-tell.ts';
import { lockingWorkspace } from '../workspaces/lock-workspace.ts';
import { inPipelinedTransaction } from '../connection/pipelined-transaction.ts';
import { type RecordedEnd, type RecordedStart, recordReports } from './record-reports.ts';
import { type RefusedReport, recordWithoutRefused } from './record-refused.ts';
import { putLimitInForce } from './limit-in-force.ts';
import { isDataRefused } from '../connection/unavailable.ts';
import { claimReplacements } from './reservation/claim-replacements.ts';
import { type EndedWaiting, givingBack } from './reservation/give-back.ts';
import { type ReservedRow, reservationOf, reserveRows } from './reservation/reserve-rows.ts';
import { withPartitions } from '../partitions/with-partitions.ts';

export interface Reconciled extends Claimed {
  readonly admitted: readonly AdmittedExecution[];
  readonly cancel: readonly string[];
  readonly terminate: readonly string[];
  readonly more: boolean;
  /** The reports that changed a row; one that is recorded already changes nothing. */
  readonly started: readonly RecordedStart[];
  readonly ended: readonly RecordedEnd[];
  /** Executions that the gate had started in the place of others and that are claimed by this. */
  readonly replaced: readonly Claim[];
  /** Executions that were reserved and had no slot, and that have ended because that was asked for. */
  readonly givenBack: readonly EndedWaiting[];
  /** Absent where there are none. */
  readonly reservation?: Reservation;
}

export interface ReconcileOptions {
  readonly gateRunId: string;
  /** Rows admitted longer ago than this, in seconds, without a recorded start are described in Temporal before they are started. */
  readonly verifyAfterSeconds: number;
  /** Whether gates may start executions before Postgres hears of it. Defaults to false: what a gate holds is recalled. */
  readonly reservations?: boolean;
  /** Called once for each report that Postgres refused: it does not come again. Defaults to nothing. */
  readonly onRefused?: (refused: RefusedReport) => void;
}

/**
 * Brings a workspace's rows and its gate together, in one transaction under the workspace's lock: records what the gate reports,
 * claims pending rows in seq order while fewer than the limit run, and returns every running row that the gate does not know. A
 * function of state and not of a step: run twice it changes nothing and returns the same rows, so a retry after a lost answer
 * cannot claim twice.
 *
 * It is on the path of every handoff, so its statements are prepared, and sent together. When Postgres refuses a report, the reports
 * are recorded first, as far as they can be, and the rest is done without them: one report never blocks its workspace.
 *
 * @throws WorkspaceNotFoundError when there is no such workspace: somebody started the gate by hand.
 */
export async function reconcileWorkspace(
  database: Pick<Database, 'pool'>,
  request: ReconcileRequest,
  options: ReconcileOptions,
): Promise<Reconciled> {
  try {
    return await withPartitions(database, () => reconcileTogether(database, request, options));
  } catch (error) {
    if (!isDataRefused(error) || recordReports(request).length === 0) throw error;
    const { refused, started, ended, replaced } = await recordWithoutRefused(database, request, options);
    for (const report of refused) options.onRefused?.(report);
    const none = { started: [], closed: [], cancelsDelivered: [], terminationsDelivered: [] };
    const rest = { ...request, ...none, replacements: [] };
    return { ...(await reconcileTogether(database, rest, options)), started, ended, replaced };
  }
}

async function reconcileTogether(
  database: Pick<Database, 'pool'>,
  request: ReconcileRequest,
  { gateRunId, verifyAfterSeconds, reservations: isEnabled = false }: ReconcileOptions,
): Promise<Reconciled> {
  const { replacements = [] } = request;
  const statements = [
    lockingWorkspace(request.workspaceId),
    ...(replacements.length > 0 ? [claimReplacements(request, replacements, gateRunId)] : []),
    ...givingBack(request, gateRunId),
    ...putLimitInForce(request),
    ...recordReports(request),
    claimSlots(request, gateRunId),
    ...(isEnabled || request.reservation ? [reserveRows(request, { gateRunId, isEnabled })] : []),
    findToTell(request, { verifyAfterSeconds }),
  ];
  const rows = await inPipelinedTransaction(database, statements);
  const rowsOf = (name: string): unknown[] => rows[statements.findIndex((one) => one.name === name)] ?? [];
  const [claimed] = rowsOf('claim-slots') as [Claimed?];
  const toTell = rowsOf('find-to-tell') as (UnknownRow | UndeliveredRow)[];
  if (claimed === undefined) throw new WorkspaceNotFoundError(request.workspaceId);
  const unknown = toTell.filter((row) => row.kind === 'unknown');
  const undelivered = toTell.filter((row) => row.kind === 'undelivered');
  const [replaced] = rowsOf('claim-replacements') as [{ readonly claims: readonly Claim[] }?];
  const reservation = reservationOf(rowsOf('reserve-rows') as ReservedRow[], claimed);
  return {
    ...claimed,
    ...admittedOf(unknown, claimed),
    cancel: undelivered.filter((row) => row.cancel).map(({ id }) => id),
    terminate: undelivered.filter((row) => row.terminate).map(({ id }) => id),
    started: rowsOf('record-starts') as RecordedStart[],
    ended: rowsOf('record-closes') as RecordedEnd[],
    replaced: replaced?.claims ?? [],
    givenBack: rowsOf('end-given-back') as EndedWaiting[],
    ...(reservation && { reservation }),
  };
}
