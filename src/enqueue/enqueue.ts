import type { Database } from '../db/connection/database.ts';
import {
  BatchRefusedError,
  LeftOutOfBatchError,
  Refusal,
  WorkspaceNotFoundError,
} from '../domain/refusals.ts';
import { enqueueExecutions } from './enqueue-executions.ts';
import { EnqueueGroups } from './groups/enqueue-groups.ts';
import type { EnqueueAnswer, EnqueueOutcome, Held } from './enqueue-outcome.ts';
import { type EnqueueRequest, inputBytes } from './enqueue-request.ts';
import type { Sequencer } from './inbox/sequencer.ts';
import { createKnownTypesCache, type KnownTypesCache } from './known-types-cache.ts';
import { knownWorkflowTypes } from './known-workflow-types.ts';
import type { Asked } from './place-requests.ts';

/**
 * Puts an execution at the end of its workspace's queue, or finds the one that its key stands for; resolves after the commit.
 *
 * @throws WorkspaceBusyError, or what Postgres threw at the whole group. Nothing of the request was written then, as far as is known.
 */
export type Enqueue = (request: EnqueueRequest) => Promise<EnqueueAnswer>;

/**
 * Does the same with many requests of one workspace, in one transaction and side by side: what is placed has consecutive numbers. What became of
 * each, in their order; of an atomic batch all are accepted.
 *
 * @throws BatchRefusedError for an atomic batch of which something is refused, and as Enqueue.
 */
export type EnqueueBatch = (batch: {
  readonly workspaceId: string;
  readonly requests: readonly EnqueueRequest[];
  readonly isAtomic: boolean;
}) => Promise<readonly EnqueueAnswer[]>;

export interface EnqueueOptions {
  readonly database: Database;
  readonly maxInputBytes: number;
  /** Most bytes of all requests that are not yet written. */
  readonly maxHeldBytes: number;
  /** Gives what was committed before a request its place first. Left out where nothing asks in a caller's name. */
  readonly inbox?: Sequencer;
}

/** Transactions of the inbox that a request waits for: what is longer is no order that anybody could have seen. */
const STEPS_BEFORE = 2;

/** One request, or a batch. */
type Item = readonly Asked[];

interface Answered {
  readonly kind: 'answered';
  readonly answers: readonly EnqueueAnswer[];
}

/** The way of all requests of one API process: the rules that hold for it, a group, a transaction, the outcome. */
export function createEnqueue({ database, maxInputBytes, maxHeldBytes, inbox }: EnqueueOptions): {
  enqueue: Enqueue;
  enqueueBatch: EnqueueBatch;
} {
  const knownTypes = createKnownTypesCache(() => knownWorkflowTypes(database.db));
  const groups = new EnqueueGroups<Item, Answered>({
    write: async (items, whenHeld) => {
      const asked = items.flat();
      // Asked again, all are of one workspace: somebody held it, or something of the inbox was before them.
      if (whenHeld === 'wait')
        await inbox?.sequence(asked[0]!.request.workspaceId, { maxSteps: STEPS_BEFORE });
      return byItem(items, await enqueueExecutions(database, asked, whenHeld));
    },
    bytesOf: (item) => item.reduce((bytes, { request }) => bytes + inputBytes(request), 0),
    sizeOf: (item) => item.length,
    maxHeldBytes,
  });
  return {
    async enqueue(request) {
      const known = await knownTypes.read(request.workflowType);
      const rules = { maxInputBytes, knownWorkflowTypes: known };
      const { answers } = await groups.join(request.workspaceId, [{ request, rules }]);
      return answers[0]!;
    },
    async enqueueBatch({ workspaceId, requests, isAtomic }) {
      const rules = { maxInputBytes, knownWorkflowTypes: await knownToAll(knownTypes, requests) };
      const batch = { size: requests.length, isAtomic };
      const item = requests.map((request) => ({ request, rules, batch }));
      const { answers } = await groups.join(workspaceId, item);
      throwWhatFailed(answers);
      if (isAtomic && answers.every(({ kind }) => kind === 'refused')) throw refusedAsWhole(answers);
      return answers;
    },
  };
}

/** Fresh enough to judge each of the types by. */
async function knownToAll(
  knownTypes: KnownTypesCache,
  requests: readonly EnqueueRequest[],
): Promise<ReadonlySet<string> | null> {
  let known: ReadonlySet<string> | null = null;
  for (const type of new Set(requests.map(({ workflowType }) => workflowType)))
    known = await knownTypes.read(type);
  return known;
}

function byItem(items: readonly Item[], outcomes: readonly EnqueueOutcome[]): (Answered | Held)[] {
  let from = 0;
  return items.map(({ length }) => {
    const of = outcomes.slice(from, (from += length));
    const held = of.find((outcome) => outcome.kind === 'held');
    return held ?? { kind: 'answered', answers: of as EnqueueAnswer[] };
  });
}

/** What failed, where nothing was decided, says nothing of its item, which may have been stored; a workspace is all items' own. */
function throwWhatFailed(answers: readonly EnqueueAnswer[]): void {
  for (const answer of answers) if (answer.kind === 'refused' && !isOfItem(answer.error)) throw answer.error;
}

function isOfItem(error: Error): boolean {
  return error instanceof Refusal && !(error instanceof WorkspaceNotFoundError);
}

function refusedAsWhole(answers: readonly EnqueueAnswer[]): BatchRefusedError {
  return new BatchRefusedError(
    answers.flatMap((answer, index) =>
      answer.kind !== 'refused' || answer.error instanceof LeftOutOfBatchError
        ? []
        : [{ index, error: answer.error }],
    ),
  );
}
