import { numberedText } from '../statement.ts';
import { hasMethod, type Library, rowsOf } from './library.ts';

/** What Prisma gives to the function in `prisma.$transaction(...)`. */
export interface PrismaTransaction {
  $queryRawUnsafe(text: string, ...values: never[]): PromiseLike<unknown>;
  /** Only the client has it: each of its queries may go to another connection. */
  readonly $connect?: never;
}

interface Client {
  /** Its name says that the text is taken as it is. The values are bound. */
  $queryRawUnsafe(text: string, ...values: readonly unknown[]): Promise<unknown>;
}

export const prisma: Library = {
  knows: (tx) => hasMethod(tx, '$queryRawUnsafe'),
  problemOf: (tx) =>
    hasMethod(tx, '$connect')
      ? "This is Prisma's client: give the transaction that prisma.$transaction(async (tx) => ...) gives you."
      : null,
  ask: async (tx, statement) =>
    rowsOf(await (tx as Client).$queryRawUnsafe(numberedText(statement), ...statement.values)),
};
