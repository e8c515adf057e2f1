import { logRepeated } from '../../process/repeated-failures.ts';
import type { GateActivityDeps } from '../gate-activity-deps.ts';
import { type OverdueWorkspace, findOverdueWorkspaces } from '../../db/sweep/find-overdue-workspaces.ts';
import { recordSweepWake } from '../../db/sweep/record-sweep-wake.ts';
import { signalGate } from '../../temporal/gates/signal-gate.ts';
import { terminateGate } from '../../temporal/gates/terminate-gate.ts';
import type { SweepPage, SweepWakes } from '../../workflows/sweep/contract.ts';

/** Workspaces in one page: at most a few seconds of wakes when Temporal is well. */
const PAGE_SIZE = 100;

/** Wakes in flight at once: a sweep after an outage must not become the next one. */
const WAKES_AT_ONCE = 8;

/** With one more wake, well within the activity's 30 s: a page that is slow ends here and the next one goes on. */
const PAGE_MAX_MS = 20_000;

/** One workspace's calls to Temporal take no longer, all of them together. */
const WORKSPACE_MAX_MS = 5_000;

/** A gate woken this often without a reconcile does not work any more. */
const WAKES_UNTIL_WEDGED = 2;

type SweepDeps = Pick<
  GateActivityDeps,
  'client' | 'config' | 'database' | 'deployment' | 'log' | 'measures' | 'sequenceInbox'
>;

/**
 * Wakes the overdue workspaces after the one named, at most a page of them and for at most 20 s.
 *
 * @throws the signal's reason when it aborts: then no further workspace is begun, and no wake is counted
 */
export async function sweepPage(
  deps: SweepDeps,
  after: string | null,
  signal: AbortSignal,
): Promise<SweepPage> {
  const deadline = performance.now() + PAGE_MAX_MS;
  // What it places has work from then on; what cannot be placed must not keep others from being woken.
  if (after === null)
    await deps.sequenceInbox().catch((error: unknown) => {
      const message = 'what waits in the inbox could not be given its place; the next sweep tries again';
      logRepeated(deps.log, 'error', { error }, message);
    });
  const overdue = await findOverdueWorkspaces(deps.database.db, {
    after,
    intervalSeconds: deps.config.SWEEP_INTERVAL_SECONDS,
    limit: PAGE_SIZE,
  });
  const counts = { woken: 0, replaced: 0, failed: 0 };
  let begun = 0;
  const work = async () => {
    while (begun < overdue.length && performance.now() < deadline && !signal.aborted) {
      const effect = await sweepWorkspace(deps, overdue[begun++]!, signal);
      if (effect === 'passed') continue;
      counts[effect]++;
      deps.measures.swept(effect);
    }
  };
  await Promise.all(Array.from({ length: WAKES_AT_ONCE }, work));
  signal.throwIfAborted();
  deps.measures.sweptPage();
  if (begun > 0) deps.log.info({ ...counts }, 'swept');
  const isLast = begun === overdue.length && begun < PAGE_SIZE;
  return { ...counts, after: isLast ? null : (overdue[begun - 1]?.id ?? after) };
}

/**
 * One workspace's error is counted and logged and does not end the sweep. A wake is counted when its signal was delivered and no
 * reconcile has followed yet, so that a gate is taken for wedged by wakes that it has not answered, and by no others. `passed` means
 * that it has reconciled meanwhile, or that another sweep has counted.
 */
async function sweepWorkspace(
  deps: SweepDeps,
  workspace: OverdueWorkspace,
  signal: AbortSignal,
): Promise<keyof SweepWakes | 'passed'> {
  const { id, sweepWakes } = workspace;
  const { db } = deps.database;
  const intervalSeconds = deps.config.SWEEP_INTERVAL_SECONDS;
  const wake = () => signalGate(deps.client, id, 'wake', { deployment: deps.deployment });
  const replace = async () => {
    const reason = `Woken ${sweepWakes} times without a reconcile; replaced by the sweep.`;
    const runId = await terminateGate(deps.client, id, reason);
    deps.log.warn(
      { workspaceId: id, runId, sweepWakes },
      'the gate did not answer its wakes and was replaced; its children live on',
    );
  };
  // A signal of its own: the client leaves a listener on it for each call.
  const inTime = (calls: () => Promise<void>) =>
    deps.client.withAbortSignal(AbortSignal.any([signal]), () =>
      deps.client.withDeadline(Date.now() + WORKSPACE_MAX_MS, calls),
    );
  try {
    if (sweepWakes < WAKES_UNTIL_WEDGED) {
      await inTime(wake);
      signal.throwIfAborted();
      await recordSweepWake(db, workspace, { intervalSeconds });
      return 'woken';
    }
    // Counted first: what postpones the next try must not be missing when this one ends half-way.
    if (!(await recordSweepWake(db, workspace, { intervalSeconds }))) return 'passed';
    signal.throwIfAborted();
    await inTime(async () => {
      await replace();
      await wake();
    });
    return 'replaced';
  } catch (error) {
    if (!signal.aborted)
      logRepeated(
        deps.log,
        'error',
        { workspaceId: id, error },
        'the sweep could not wake a gate; the next one tries again',
      );
    return 'failed';
  }
}
