import pg from 'pg';
import { type SQL, sql } from 'drizzle-orm';
import { OperatorError } from '../../process/operator-error.ts';
import { ALL_WORKSPACES } from '../../domain/keys/rights.ts';
import type { Tx } from '../connection/database.ts';
import { OWN_SCHEMA } from '../connection/own-schema.ts';

/** What a role of Postgres may ask for, and so the function by which it does. */
export const ROLE_RIGHTS = ['enqueue', 'put_workspace'] as const;
export type RoleRight = (typeof ROLE_RIGHTS)[number];

export interface Grant {
  readonly role: string;
  /** Or ALL_WORKSPACES. */
  readonly workspaceId: string;
  readonly right: RoleRight;
}

/** Thrown when a role is named that Postgres does not have. */
export class RoleNotFoundError extends OperatorError {
  override readonly name = 'RoleNotFoundError';

  constructor(role: string) {
    super(`Postgres has no role ${role}. Make it first: create role ${pg.escapeIdentifier(role)} login.`);
  }
}

/** Thrown when the role of the session may not grant the functions, of which Postgres may only warn. */
export class NotTheOwnerError extends OperatorError {
  override readonly name = 'NotTheOwnerError';

  constructor() {
    super(
      `The role of DATABASE_URL may not grant its functions. Connect as the owner of the schema ${OWN_SCHEMA}, which is the role that migrates it.`,
    );
  }
}

/** In a statement of its own: two that grant at once would meet in Postgres' catalog, which one of them does not survive. */
export async function oneAtATime(tx: Tx): Promise<void> {
  await tx.execute(sql`lock table role_grants in share row exclusive mode`);
}

/** @throws NotTheOwnerError */
export async function requireOwner(tx: Tx): Promise<void> {
  const { rows } = await tx.execute<{ owns: boolean }>(sql`
    select bool_and(pg_has_role(proowner, 'usage')) as owns from pg_proc
    where pronamespace = ${OWN_SCHEMA}::regnamespace and proname = any (array['enqueue', 'put_workspace'])`);
  if (!rows[0]!.owns) throw new NotTheOwnerError();
}

export async function hasRole(tx: Tx, role: string): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`select from pg_roles where rolname = ${role}`);
  return rowCount === 1;
}

/** All forms of the function of a right, as GRANT names them. */
export async function functionsOf(tx: Tx, right: RoleRight): Promise<SQL> {
  const { rows } = await tx.execute<{ signature: string }>(sql`
    select oid::regprocedure::text as signature from pg_proc where pronamespace = ${OWN_SCHEMA}::regnamespace and proname = ${right}`);
  return sql.raw(rows.map(({ signature }) => signature).join(', '));
}

export function identifier(role: string): SQL {
  return sql.raw(pg.escapeIdentifier(role));
}

/** The workspace as the record of changes has it: null for all. */
export function recordedWorkspace({ workspaceId }: Grant): string | null {
  return workspaceId === ALL_WORKSPACES ? null : workspaceId;
}
