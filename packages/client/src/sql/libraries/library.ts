import type { Statement } from '../statement.ts';

export type Row = Readonly<Record<string, unknown>>;

/** What Sluice needs of a library for Postgres. None of them is imported: each is known by its shape. */
export interface Library {
  /** Whether it made this, transaction or not. */
  knows(tx: object): boolean;
  /** Why this is no open transaction and what to give instead; null when it is one, or when nothing says. */
  problemOf(tx: object): string | null;
  ask(tx: object, statement: Statement): Promise<readonly Row[]>;
}

/** Whether it has a method of that name. */
export function hasMethod(tx: object, name: string): boolean {
  return typeof (tx as Record<string, unknown>)[name] === 'function';
}

/** Drivers answer with the rows, or with an object that has them. */
export function rowsOf(answer: unknown): readonly Row[] {
  if (Array.isArray(answer)) return answer as Row[];
  return (answer as { readonly rows: readonly Row[] }).rows;
}
