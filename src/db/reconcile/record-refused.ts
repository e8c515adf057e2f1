import { FailureType, type Outcome } from '../../domain/outcome.ts';
import type { ClosedExecution, ReconcileRequest, Reports } from '../../workflows/gate/contract.ts';
import type { Database } from '../connection/database.ts';
import { lockingWorkspace } from '../workspaces/lock-workspace.ts';
import { inPipelinedTransaction } from '../connection/pipelined-transaction.ts';
import { type RecordedEnd, type RecordedStart, recordReports } from './record-reports.ts';
import { isDataRefused } from '../connection/unavailable.ts';

/** A report that Postgres refused, and how much of it was recorded. */
export interface RefusedReport {
  readonly kind: keyof Reports;
  readonly executionId: string;
  readonly error: unknown;
  /** False when nothing of it could be. */
  readonly isRecorded: boolean;
}

/** Of Postgres' type `integer`. */
const INTEGER_MAX = 2 ** 31 - 1;

export interface Recorded {
  readonly refused: readonly RefusedReport[];
  readonly started: readonly RecordedStart[];
  readonly ended: readonly RecordedEnd[];
}

type Recordable = Required<
  Pick<Reports, 'started' | 'closed' | 'cancelsDelivered' | 'terminationsDelivered'>
>;

/**
 * Records what a gate reports when Postgres refuses it together: in halves, each in a transaction of its own under the workspace's lock,
 * down to the reports that are to blame. An end among them is recorded without its payload, with the reason in its place; any other is
 * given up. Without this a single report would be refused with all others at every reconcile, and the workspace would stand still.
 *
 * @returns the reports that changed a row, and those to blame
 */
export async function recordWithoutRefused(
  database: Pick<Database, 'pool'>,
  request: ReconcileRequest,
): Promise<Recorded> {
  const refused: RefusedReport[] = [];
  const started: RecordedStart[] = [];
  const ended: RecordedEnd[] = [];

  const recordTogether = async (reports: Partial<Recordable>): Promise<unknown> => {
    const none = {
      started: [],
      closed: [],
      cancelsDelivered: [],
      terminationsDelivered: [],
      overrideWishes: [],
    };
    try {
      const [, changed = []] = await inPipelinedTransaction(database, [
        lockingWorkspace(request.workspaceId),
        ...recordReports({ ...request, ...none, ...reports }),
      ]);
      if (reports.started) started.push(...(changed as unknown as RecordedStart[]));
      if (reports.closed) ended.push(...(changed as unknown as RecordedEnd[]));
      return null;
    } catch (error) {
      if (!isDataRefused(error)) throw error;
      return error;
    }
  };

  const recordHalves = async <K extends keyof Recordable>(
    kind: K,
    reports: Recordable[K],
    giveUp: (report: Recordable[K][number], error: unknown) => Promise<void>,
  ): Promise<void> => {
    if (reports.length === 0) return;
    const error = await recordTogether({ [kind]: reports });
    if (error === null) return;
    if (reports.length === 1) return await giveUp(reports[0]!, error);
    const middle = reports.length >> 1;
    await recordHalves(kind, reports.slice(0, middle) as unknown as Recordable[K], giveUp);
    await recordHalves(kind, reports.slice(middle) as unknown as Recordable[K], giveUp);
  };

  const giveClosedUp = async (closed: ClosedExecution, error: unknown) => {
    const { executionId } = closed;
    const plain = { ...closed, outcome: withoutPayload(closed.outcome, error) };
    // Its time may be what was refused.
    const isRecorded =
      (await recordTogether({ closed: [plain] })) === null ||
      (await recordTogether({ closed: [{ ...plain, declared: true }] })) === null;
    refused.push({ kind: 'closed', executionId, error, isRecorded });
  };

  await recordHalves('started', request.started, async ({ executionId }, error) => {
    refused.push({ kind: 'started', executionId, error, isRecorded: false });
  });
  await recordHalves('closed', request.closed, giveClosedUp);
  for (const kind of ['cancelsDelivered', 'terminationsDelivered'] as const)
    await recordHalves(kind, request[kind] ?? [], async (executionId, error) => {
      refused.push({ kind, executionId, error, isRecorded: false });
    });
  return { refused, started, ended };
}

/** The same status, which is Temporal's; what came with it stays there. */
function withoutPayload({ status, result, resultOmitted }: Outcome, error: unknown): Outcome {
  if (status === 'completed') {
    const size = resultOmitted?.bytes ?? Buffer.byteLength(result ?? '');
    const bytes = Math.trunc(Math.min(Math.max(size, 0), INTEGER_MAX)) || 0;
    return { status, result: null, resultOmitted: { reason: 'not-storable', bytes }, failure: null };
  }
  const why = error instanceof Error ? error.message : String(error);
  const message = `Postgres refused the failure (${why}); Temporal has it.`.replaceAll('\u0000', '');
  return {
    status,
    result: null,
    resultOmitted: null,
    failure: status === 'cancelled' ? null : { type: FailureType.notStorable, message },
  };
}
