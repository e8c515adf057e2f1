import {
  BatchRefusedError,
  ExecutionNotEndedError,
  ExecutionNotFoundError,
  InvalidRequestError,
  NoFreeSlotError,
  type Sluice,
  WorkspaceDeletingError,
  WorkspaceNotFoundError,
} from '../../../packages/client/src/index.ts';
import type { Accepted, AcceptedLog } from './accepted-log.ts';
import { FLEETING, type Work } from './load.ts';

/** What a client asks for; it can be asked again under the same key. */
export interface Wanted {
  readonly workspaceId: string;
  readonly key: string;
  readonly work: Work;
}

/** One try. True when the request was accepted; it throws what is no answer. `isFirst`: no earlier try may yet be carried out. */
export type Try = (sluice: Sluice, isFirst: boolean) => Promise<boolean>;

export interface Requests {
  single(wanted: Wanted): Try;
  /** Of one workspace. */
  batch(wanted: readonly Wanted[], isAtomic: boolean): Try;
  /** An atomic batch that cannot be stored: its last item has an earlier key and other content. */
  spoiled(wanted: readonly Wanted[], last: Wanted): Try;
  /** Of what was accepted under a key, if it has ended. */
  rerun(of: Wanted, key: string): Try;
}

/** Writes down what each answer promises, and what it refuses for good. */
export function createRequests(accepted: AcceptedLog): Requests {
  const promised = (
    { workspaceId, key }: Pick<Wanted, 'workspaceId' | 'key'>,
    { id, seq }: { id: string; seq: number | null },
    isRepeated: boolean,
  ) => {
    const status: Accepted['status'] = isRepeated ? 200 : 202;
    const at = new Date().toISOString();
    accepted.add({ workspaceId, executionId: id, ...(seq !== null && { seq }), key, status, at });
  };
  /** An earlier try whose answer was lost may be carried out even later. */
  const refused = (all: readonly Pick<Wanted, 'workspaceId' | 'key'>[], isFirst: boolean) => {
    if (isFirst) accepted.refused.push(...all.map(({ workspaceId, key }) => ({ workspaceId, key })));
    return false;
  };

  const spoiled =
    (all: readonly Wanted[], last: Wanted): Try =>
    async (sluice, isFirst) => {
      const starts = [...all, last].map(startOf);
      try {
        await sluice.startMany(starts, { workspace: last.workspaceId, atomic: true });
        return true;
      } catch (error) {
        if (isGone(error)) return refused(all, isFirst);
        if (error instanceof BatchRefusedError || all.some(({ work }) => isTooLate(error, work)))
          return refused(all, isFirst);
        throw error;
      }
    };

  return {
    spoiled,
    single: (wanted) => async (sluice, isFirst) => {
      const { workspaceId, work } = wanted;
      try {
        const { workflow, ...how } = startOf(wanted);
        const started = await sluice.start(workflow, { workspace: workspaceId, ...how });
        promised(wanted, started.execution, started.repeated);
        return true;
      } catch (error) {
        if (error instanceof NoFreeSlotError || isGone(error) || isTooLate(error, work))
          return refused([wanted], isFirst);
        throw error;
      }
    },

    batch: (all, isAtomic) => async (sluice, isFirst) => {
      const starts = all.map(startOf);
      const workspace = all[0]!.workspaceId;
      try {
        const outcomes = await sluice.startMany(starts, { workspace, atomic: isAtomic });
        const placed: number[] = [];
        for (const [index, { started, problem }] of outcomes.entries()) {
          const wanted = all[index]!;
          if (started === null) {
            if (isAtomic || ![400, 409].includes(problem.status))
              accepted.contradictions.push(`an item of a batch ended in ${problem.type}: ${problem.detail}`);
            refused([wanted], isFirst);
            continue;
          }
          const { execution, repeated } = started;
          promised(wanted, execution, repeated);
          if (!repeated && execution.seq !== null) placed.push(execution.seq);
        }
        if (placed.some((seq, nth) => seq !== placed[0]! + nth))
          accepted.contradictions.push(`a batch got the numbers ${placed.join(', ')}`);
        return true;
      } catch (error) {
        if (error instanceof BatchRefusedError || isGone(error)) return refused(all, isFirst);
        if (all.some(({ work }) => isTooLate(error, work))) return refused(all, isFirst);
        throw error;
      }
    },

    rerun:
      ({ workspaceId, key: oldKey }, key) =>
      async (sluice) => {
        const old = accepted.first(workspaceId, oldKey);
        if (old === undefined) return false;
        try {
          const started = await sluice.executions
            .handle(workspaceId, old.executionId)
            .rerun({ idempotencyKey: key });
          promised({ workspaceId, key }, started.execution, started.repeated);
          if (started.execution.rerunOf !== old.executionId)
            accepted.contradictions.push(
              `a rerun of ${old.executionId} is one of ${started.execution.rerunOf}`,
            );
          return true;
        } catch (error) {
          if (error instanceof ExecutionNotEndedError || isGone(error)) return false;
          if (error instanceof ExecutionNotFoundError && workspaceId === FLEETING.id) return false;
          throw error;
        }
      },
  };
}

/** Of the one workspace that comes and goes. */
function isGone(error: unknown): boolean {
  if (!(error instanceof WorkspaceNotFoundError || error instanceof WorkspaceDeletingError)) return false;
  return error.problem.instance.split('/')[3] === FLEETING.id;
}

/** Nothing was stored while the API was away, and now it is too late to ask for it. */
function isTooLate(error: unknown, { startBefore }: Work): boolean {
  return error instanceof InvalidRequestError && startBefore !== undefined && startBefore < new Date();
}

function startOf({ key, work: { workflowType, ...how } }: Wanted) {
  return { workflow: workflowType, ...how, idempotencyKey: key };
}
