import type { Database } from '../../db/connection/database.ts';
import { isDataRefused } from '../../db/connection/unavailable.ts';
import { applyPut, dropPut, type Put } from '../../db/inbox/apply-put.ts';
import { findStandIn } from '../../db/inbox/find-stand-in.ts';
import { TAKEN_MAX_ROWS, type TakenRow } from '../../db/inbox/take-rows.ts';
import { LOWEST_ID } from '../../db/executions/id-time.ts';
import type { WorkspaceWrite } from '../../db/workspaces/change-workspace.ts';
import { Refusal } from '../../domain/refusals.ts';
import { rejectUnstorable } from './reject-unstorable.ts';
import { sequenceOnce, type Sequenced, type SequencedExecutions } from './sequence-once.ts';

/** What is told of each transaction after its commit; nothing of it may throw. */
export interface SequencerListener {
  executions(sequenced: SequencedExecutions): void;
  put(row: Put, write: WorkspaceWrite): void;
  /** A change of a workspace that is refused, and gone. */
  putRefused(row: Put, error: Refusal): void;
  /** Rows of a workspace that does not exist any more, which are gone. */
  dropped(workspaceId: string, rows: number): void;
}

export interface SequencerOptions {
  readonly database: Database;
  readonly maxInputBytes: number;
  readonly maxWorkspaces: number;
  readonly listener: SequencerListener;
}

export interface Sequencing {
  /** The first id to begin with. Defaults to all. */
  readonly fromId?: string;
  /** Most transactions. Defaults to as many as there is something for. */
  readonly maxSteps?: number;
  /** Whether to leave a workspace alone that somebody else has locked. Defaults to waiting for it. */
  readonly whenHeld?: 'wait' | 'skip';
}

export interface Left {
  /** Somebody else has locked the workspace, or all steps are done. */
  readonly because: 'held' | 'steps';
  readonly fromId: string;
}

export interface Sequencer {
  /** Gives the rows of a workspace in the inbox their places, the lowest id first. Null when there is none left, else why and where it is to go on. */
  sequence(workspaceId: string, how?: Sequencing): Promise<Left | null>;
  /**
   * The execution that an id stands for which no execution has: its own, when it was in the inbox and has its place now, or that of the call that had its key first. Null
   * when there is none.
   */
  standInFor(workspaceId: string, id: string): Promise<string | null>;
}

/** Whoever calls it: two that sequence one workspace at the same time take turns by its lock. */
export function createSequencer(options: SequencerOptions): Sequencer {
  const sequencer: Sequencer = {
    async sequence(workspaceId, { fromId = LOWEST_ID, maxSteps = Infinity, whenHeld = 'wait' } = {}) {
      let from = fromId;
      let maxRows = TAKEN_MAX_ROWS;
      for (let step = 0; step < maxSteps; step++) {
        const taking = { workspaceId, fromId: from, maxRows };
        let last: string | null;
        try {
          const sequenced = await sequenceOnce(options.database, taking, options.maxInputBytes, whenHeld);
          if (sequenced.kind === 'held') return { because: 'held', fromId: from };
          last = await tell(options, workspaceId, sequenced);
        } catch (error) {
          if (!isDataRefused(error)) throw error;
          if (maxRows > 1) {
            // One of them cannot be stored. Each by itself, so that the others do not pay for it.
            maxRows = 1;
            continue;
          }
          const rejected = await rejectUnstorable(options.database, taking, error as Error);
          last = await tell(options, workspaceId, rejected ?? { kind: 'empty' });
        }
        if (last === null) return null;
        // Those before are gone, or were committed meanwhile: the next look finds them. To read on from here passes none that is gone.
        from = last;
      }
      return { because: 'steps', fromId: from };
    },
    async standInFor(workspaceId, id) {
      const { db } = options.database;
      const found = await findStandIn(db, workspaceId, id);
      if (found === null) return null;
      if (found.kind === 'alias') return found.executionId;
      await sequencer.sequence(workspaceId);
      const now = await findStandIn(db, workspaceId, id);
      return now?.kind === 'alias' ? now.executionId : id;
    },
  };
  return sequencer;
}

/** The id of the last row; null when there is none left. */
async function tell(
  { database, maxWorkspaces, listener }: SequencerOptions,
  workspaceId: string,
  sequenced: Exclude<Sequenced, { kind: 'held' }>,
): Promise<string | null> {
  switch (sequenced.kind) {
    case 'empty':
      return null;
    case 'dropped':
      listener.dropped(workspaceId, sequenced.rows);
      return sequenced.rows === 0 ? null : LOWEST_ID;
    case 'put':
      await put(database, sequenced.row, maxWorkspaces, listener);
      return sequenced.row.id;
    case 'executions':
      listener.executions(sequenced);
      return sequenced.rows.at(-1)!.id;
    default:
      return sequenced satisfies never;
  }
}

async function put(
  database: Database,
  row: TakenRow,
  maxWorkspaces: number,
  listener: SequencerListener,
): Promise<void> {
  try {
    const write = await applyPut(database, row, { maxWorkspaces });
    if (write !== null) listener.put(row, write);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (await dropPut(database, row)) listener.putRefused(row, error);
  }
}
