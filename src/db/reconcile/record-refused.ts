import { FailureType, type Outcome } from '../../domain/outcome/outcome.ts';
import type { ClosedExecution, ReconcileRequest, Reports } from '../../workflows/gate/contract.ts';
import type { Claim } from './claim-slots.ts';
import type { Database } from '../connection/database.ts';
import { lockingWorkspace } from '../workspaces/lock-workspace.ts';
import { inPipelinedTransaction } from '../connection/pipelined-transaction.ts';
import { type RecordedEnd, type RecordedStart, countEvents, recordReports } from './record-reports.ts';
import { claimReplacements } from './reservation/claim-replacements.ts';
import { isDataRefused } from '../connection/unavailable.ts';
import { withPartitions } from '../partitions/with-partitions.ts';

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
  readonly replaced: readonly Claim[];
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
  { gateRunId }: { readonly gateRunId: string },
): Promise<Recorded> {
  const recording = new Recording(database, request);
  // First: what is reported of them is refused of a row that is not claimed.
  await recording.claimReplacements(gateRunId);
  await recording.recordStarted();
  await recording.recordDelivered('cancelsDelivered');
  await recording.recordDelivered('terminationsDelivered');
  await recording.recordClosed();
  return recording;
}

const NO_REPORTS = {
  started: [],
  closed: [],
  cancelsDelivered: [],
  terminationsDelivered: [],
  overrideWishes: [],
};

class Recording implements Recorded {
  readonly refused: RefusedReport[] = [];
  readonly started: RecordedStart[] = [];
  readonly ended: RecordedEnd[] = [];
  replaced: readonly Claim[] = [];
  readonly #database: Pick<Database, 'pool'>;
  readonly #request: ReconcileRequest;

  constructor(database: Pick<Database, 'pool'>, request: ReconcileRequest) {
    this.#database = database;
    this.#request = request;
  }

  async claimReplacements(gateRunId: string): Promise<void> {
    const { workspaceId, replacements = [] } = this.#request;
    if (replacements.length === 0) return;
    const [, claimed] = await inPipelinedTransaction(this.#database, [
      lockingWorkspace(workspaceId),
      claimReplacements(this.#request, replacements, gateRunId),
    ]);
    this.replaced = (claimed as unknown as [{ claims: readonly Claim[] }?])[0]?.claims ?? [];
  }

  async recordStarted(): Promise<void> {
    await this.#recordHalves('started', this.#request.started, async ({ executionId }, error) => {
      this.refused.push({ kind: 'started', executionId, error, isRecorded: false });
    });
  }

  async recordClosed(): Promise<void> {
    await this.#recordHalves('closed', this.#request.closed, (closed, error) =>
      this.#recordWithoutPayload(closed, error),
    );
  }

  async recordDelivered(kind: 'cancelsDelivered' | 'terminationsDelivered'): Promise<void> {
    await this.#recordHalves(kind, this.#request[kind] ?? [], async (executionId, error) => {
      this.refused.push({ kind, executionId, error, isRecorded: false });
    });
  }

  async #recordHalves<K extends keyof Recordable>(
    kind: K,
    reports: Recordable[K],
    giveUp: (report: Recordable[K][number], error: unknown) => Promise<void>,
  ): Promise<void> {
    if (reports.length === 0) return;
    const error = await this.#recordTogether({ [kind]: reports });
    if (error === null) return;
    if (reports.length === 1) return await giveUp(reports[0]!, error);
    const middle = reports.length >> 1;
    await this.#recordHalves(kind, reports.slice(0, middle) as unknown as Recordable[K], giveUp);
    await this.#recordHalves(kind, reports.slice(middle) as unknown as Recordable[K], giveUp);
  }

  /** Gives what Postgres refused them with; null when they are recorded. */
  async #recordTogether(reports: Partial<Recordable>): Promise<unknown> {
    const request = this.#request;
    try {
      const [, changed = []] = await withPartitions(this.#database, () =>
        inPipelinedTransaction(this.#database, [
          lockingWorkspace(request.workspaceId),
          ...recordReports({ ...request, ...NO_REPORTS, ...reports }),
          countEvents(),
        ]),
      );
      if (reports.started) this.started.push(...(changed as unknown as RecordedStart[]));
      if (reports.closed) this.ended.push(...(changed as unknown as RecordedEnd[]));
      return null;
    } catch (error) {
      if (!isDataRefused(error)) throw error;
      return error;
    }
  }

  async #recordWithoutPayload(closed: ClosedExecution, error: unknown): Promise<void> {
    const { executionId } = closed;
    const plain = { ...closed, outcome: withoutPayload(closed.outcome, error) };
    // Its time may be what was refused.
    const isRecorded =
      (await this.#recordTogether({ closed: [plain] })) === null ||
      (await this.#recordTogether({ closed: [{ ...plain, declared: true }] })) === null;
    this.refused.push({ kind: 'closed', executionId, error, isRecorded });
  }
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
