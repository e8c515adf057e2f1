import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** One line of a caller's own log. */
export type CallerLine = { readonly transaction: string; readonly at: string } & (
  | {
      readonly state: 'about to end';
      readonly end: 'commit' | 'roll back';
      readonly executionIds: readonly string[];
      /** That a commit leaves. */ readonly rows: number;
    }
  | { readonly state: 'committed' | 'rolled back' | 'no answer to commit' }
  | { readonly state: 'kills itself'; readonly where: 'before' | 'at' | 'after' }
  /** A statement failed, so the transaction cannot commit. `code`: null where the connection was gone. */
  | {
      readonly state: 'failed';
      readonly code: string | null;
      readonly message: string;
      readonly workspaceIds: readonly string[];
    }
);

/** Without its time. */
type Said = CallerLine extends infer Line ? (Line extends CallerLine ? Omit<Line, 'at'> : never) : never;

/** What a caller knows of its transactions: written as it happens, so that it is there after a kill -9. */
export class CallerLog {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add(said: Said): void {
    appendFileSync(this.#file, `${JSON.stringify({ ...said, at: new Date().toISOString() })}\n`);
  }
}

export function readCallerLog(file: string): CallerLine[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as CallerLine);
}
