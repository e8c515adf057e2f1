import { limitConcurrency } from '../async/limit-concurrency.ts';
import { type Repeating, repeatEvery } from '../async/repeat.ts';
import { deleteKept } from '../db/outbox/delete-kept.ts';
import { findRecent, findWaiting, type WaitingWorkspace } from '../db/outbox/find-waiting.ts';
import { RENEW_EVERY_MS, renewLeases } from '../db/outbox/leases.ts';
import { logRepeated } from '../process/repeated-failures.ts';
import { takeTurn, type TurnDeps } from './workspace-turn.ts';

/** How soon a committed request is seen. */
const POLL_EVERY_MS = 250;

/** A look at all that waits may take one part in so many of the time, and comes at the latest after that. */
const LOOK_AT_ALL_PART = 20;
const LOOK_AT_ALL_MAX_MS = 10_000;

/** Requests to Sluice at once; each is one workspace's. */
const WORKSPACES_AT_ONCE = 20;

const DELETE_KEPT_EVERY_MS = 60_000;

export interface Relay {
  /** For how long the oldest request has waited. */
  lagSeconds(): number;
  /** What keeps it from doing its job now; empty when nothing does. */
  problems(): readonly string[];
  /** Ends when the batches that are under way have been answered and recorded. Before it `stopping` is to be aborted. */
  stop(): Promise<void>;
}

/** Polls the outbox, and gives each workspace with requests a turn, the longest waiting first. */
export function startPolling(deps: TurnDeps, { keptHours }: { keptHours: number }): Relay {
  const { outbox, relay, outage, log } = deps;
  const inTurn = limitConcurrency(WORKSPACES_AT_ONCE);
  const turns = new Map<string, Promise<void>>();
  let oldest = { ageSeconds: 0, atMs: performance.now() };
  let lookAtAllAtMs = 0;
  let outboxProblem: string | null = null;

  const onError = (error: unknown) => {
    outboxProblem = error instanceof Error ? error.message : String(error);
    logRepeated(log, 'warn', { error }, 'the outbox cannot be read or written now; the relay goes on trying');
  };
  const begin = ({ workspace, firstId }: WaitingWorkspace) => {
    deps.looked.found(workspace, firstId);
    if (turns.has(workspace)) return;
    const turn = inTurn(async () => {
      if (!deps.stopping.aborted && !outage.isOn(performance.now())) await takeTurn(workspace, deps);
    });
    turns.set(
      workspace,
      turn.catch(onError).finally(() => turns.delete(workspace)),
    );
  };
  const look = async (): Promise<readonly WaitingWorkspace[]> => {
    const nowMs = performance.now();
    if (nowMs < lookAtAllAtMs) return findRecent(outbox, relay);
    const { workspaces, oldestAgeSeconds } = await findWaiting(outbox, relay);
    const afterMs = performance.now();
    oldest = { ageSeconds: oldestAgeSeconds, atMs: afterMs };
    lookAtAllAtMs = afterMs + Math.min(LOOK_AT_ALL_MAX_MS, (afterMs - nowMs) * LOOK_AT_ALL_PART);
    return workspaces;
  };
  const poll = async () => {
    const found = await look();
    outboxProblem = null;
    if (outage.isOn(performance.now())) return;
    // After an outage one workspace tries for all.
    for (const waiting of outage.last === null ? found : found.slice(0, turns.size === 0 ? 1 : 0))
      begin(waiting);
  };
  const repeated: Repeating[] = [
    repeatEvery(POLL_EVERY_MS, poll, onError),
    repeatEvery(RENEW_EVERY_MS, () => renewLeases(outbox, relay, [...turns.keys()]), onError),
    repeatEvery(DELETE_KEPT_EVERY_MS, () => deleteAllKept(deps, keptHours), onError),
  ];
  return {
    lagSeconds: () =>
      oldest.ageSeconds === 0 ? 0 : oldest.ageSeconds + (performance.now() - oldest.atMs) / 1000,
    problems: () => [
      ...(outboxProblem === null ? [] : [`outbox: ${outboxProblem}`]),
      ...(outage.last === null ? [] : [`sluice: ${outage.last.reason}: ${outage.last.detail}`]),
    ],
    async stop() {
      const [polling, ...others] = repeated;
      await polling!.stop();
      await Promise.all(turns.values());
      await Promise.all(others.map((one) => one.stop()));
    },
  };
}

async function deleteAllKept({ outbox, stopping }: TurnDeps, keptHours: number): Promise<void> {
  while (!(await deleteKept(outbox, keptHours)) && !stopping.aborted);
}
