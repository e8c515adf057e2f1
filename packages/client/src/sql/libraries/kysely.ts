import { numberedText } from '../statement.ts';
import { hasMethod, type Library, rowsOf } from './library.ts';

/** What Kysely gives to the function in `db.transaction().execute(...)`, or its controlled transaction. */
export interface KyselyTransaction {
  readonly isTransaction: true;
  executeQuery(query: never): PromiseLike<{ readonly rows: readonly unknown[] }>;
}

/** Kysely's CompiledQuery, with the node that its own `CompiledQuery.raw` makes. */
interface CompiledQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly query: {
    readonly kind: 'RawNode';
    readonly sqlFragments: readonly string[];
    readonly parameters: readonly never[];
  };
  readonly queryId: { readonly queryId: string };
}

interface Database {
  readonly isTransaction: boolean;
  executeQuery(query: CompiledQuery): Promise<unknown>;
}

let queries = 0;

export const kysely: Library = {
  knows: (tx) => hasMethod(tx, 'executeQuery'),
  problemOf: (tx) =>
    (tx as Database).isTransaction
      ? null
      : "This is Kysely's database: give the transaction that db.transaction().execute(async (trx) => ...) gives you.",
  async ask(tx, statement) {
    const sql = numberedText(statement);
    return rowsOf(
      await (tx as Database).executeQuery({
        sql,
        parameters: statement.values,
        query: { kind: 'RawNode', sqlFragments: [sql], parameters: [] },
        queryId: { queryId: `sluice-${++queries}` },
      }),
    );
  },
};
