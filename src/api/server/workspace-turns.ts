import { WorkspaceBusyError } from '../../domain/refusals.ts';

export interface WorkspaceTurns {
  /** Runs `work` when it is its workspace's turn. */
  take<T>(workspaceId: string, work: () => Promise<T>): Promise<T>;
}

export interface WorkspaceTurnsOptions {
  /** How many may run at once in one workspace. */
  readonly perWorkspace: number;
  /** Longest wait for a turn. Defaults to 3 s: with the pool's and the lock's own bounds a request ends within its time. */
  readonly maxWaitMs?: number;
  /** Longest queue of one workspace. Defaults to 1000, each with a body in memory. */
  readonly maxWaiting?: number;
}

interface Line {
  running: number;
  readonly waiting: Set<() => void>;
}

/**
 * Lets so many of a workspace's writes run at once, the others wait in memory in the order in which they came: they would only wait
 * for the workspace's row lock, each on a connection that other workspaces then miss.
 *
 * @throws WorkspaceBusyError from `take`, before `work` has begun.
 */
export function createWorkspaceTurns(options: WorkspaceTurnsOptions): WorkspaceTurns {
  const { perWorkspace, maxWaitMs = 3_000, maxWaiting = 1_000 } = options;
  const lines = new Map<string, Line>();

  const enter = async (workspaceId: string): Promise<Line> => {
    const line = lines.get(workspaceId) ?? { running: 0, waiting: new Set() };
    lines.set(workspaceId, line);
    if (line.running < perWorkspace) {
      line.running++;
      return line;
    }
    if (line.waiting.size >= maxWaiting) throw new WorkspaceBusyError(workspaceId);
    await new Promise<void>((resolve, reject) => {
      const admit = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        line.waiting.delete(admit);
        reject(new WorkspaceBusyError(workspaceId));
      }, maxWaitMs);
      line.waiting.add(admit);
    });
    return line;
  };

  /** A turn is handed over and not given back, so that nobody who comes just now gets ahead of those who wait. */
  const leave = (workspaceId: string, line: Line) => {
    const [next] = line.waiting;
    if (next !== undefined) {
      line.waiting.delete(next);
      next();
    } else if (--line.running === 0) {
      lines.delete(workspaceId);
    }
  };

  return {
    async take(workspaceId, work) {
      const line = await enter(workspaceId);
      try {
        return await work();
      } finally {
        leave(workspaceId, line);
      }
    },
  };
}
