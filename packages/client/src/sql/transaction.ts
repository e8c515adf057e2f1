import { NotInTransactionError } from '../errors/transaction-errors.ts';
import { drizzle, type DrizzleTransaction } from './libraries/drizzle.ts';
import { knex, type KnexTransaction } from './libraries/knex.ts';
import { kysely, type KyselyTransaction } from './libraries/kysely.ts';
import type { Library, Row } from './libraries/library.ts';
import { nodePostgres, type NodePostgresClient } from './libraries/node-postgres.ts';
import { postgresJs, type PostgresJsTransaction } from './libraries/postgres-js.ts';
import { prisma, type PrismaTransaction } from './libraries/prisma.ts';
import { errorOf, type Right } from './refusals.ts';
import type { Statement } from './statement.ts';

/**
 * The caller's open transaction, of node-postgres, Drizzle, Kysely, Knex, Prisma or postgres.js. Of anything else: an object with node-postgres'
 * `query(text, values)`.
 */
export type Transaction =
  | NodePostgresClient
  | DrizzleTransaction
  | KyselyTransaction
  | KnexTransaction
  | PrismaTransaction
  | PostgresJsTransaction;

/** node-postgres comes last: others have a `query` as well, which is something else. */
const LIBRARIES: readonly Library[] = [prisma, kysely, drizzle, knex, postgresJs, nodePostgres];

/**
 * Runs a statement in the caller's transaction, once, and gives its rows. It needs a grant of that right.
 *
 * @throws NotInTransactionError, and what errorOf makes of the database's errors
 */
export async function ask(tx: Transaction, right: Right, statement: Statement): Promise<readonly Row[]> {
  const library = LIBRARIES.find(({ knows }) => knows(tx));
  if (library === undefined)
    throw new TypeError(
      'This is no transaction of node-postgres, Drizzle, Kysely, Knex, Prisma or postgres.js. Give an object with query(text, values), which resolves to { rows }.',
    );
  const problem = library.problemOf(tx);
  if (problem !== null) throw new NotInTransactionError(problem);
  try {
    return await library.ask(tx, statement);
  } catch (error) {
    throw errorOf(error, right);
  }
}
