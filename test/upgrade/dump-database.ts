import type { ClientBase } from 'pg';

/**
 * All rows of a database as INSERT statements, those of drizzle's journal too. No schema: the migrations make that. Plain ASCII, a row a line,
 * so that a difference can be read. Whoever runs it has to be a superuser, because foreign keys are not checked meanwhile.
 */
export async function dumpDatabase(client: ClientBase): Promise<string> {
  const parts = ['SET session_replication_role = replica;\n'];
  for (const table of await tablesOf(client)) parts.push(await dumpTable(client, table));
  for (const { sequence, value } of await sequencesOf(client))
    parts.push(`SELECT setval('${sequence}', ${value});\n`);
  parts.push('SET session_replication_role = origin;\n');
  return parts.join('');
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Names as SQL writes them. */
async function tablesOf(client: ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select format('%I.%I', n.nspname, c.relname) as name,
      array_agg(quote_ident(a.attname) order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where n.nspname = 'sluice' and c.relkind in ('r', 'p') and not c.relispartition
    group by 1 order by 1`);
  return rows;
}

async function dumpTable(client: ClientBase, { name, columns }: Table): Promise<string> {
  const { rows } = await client.query<(string | null)[]>({
    text: `select ${columns.map((column) => `${column}::text`).join(', ')} from ${name} t order by ${columns[0]}`,
    rowMode: 'array',
  });
  if (rows.length === 0) return '';
  const values = rows.map((row) => `(${row.map(literal).join(', ')})`);
  return `\nINSERT INTO ${name} (${columns.join(', ')}) VALUES\n${values.join(',\n')};\n`;
}

/** Of `serial` columns; those that were never used begin by themselves. */
async function sequencesOf(client: ClientBase): Promise<{ sequence: string; value: string }[]> {
  const { rows } = await client.query<{ sequence: string; value: string }>(`
    select format('%I.%I', schemaname, sequencename) as sequence, last_value as value
    from pg_sequences where schemaname = 'sluice' and last_value is not null order by 1`);
  return rows;
}

function literal(value: string | null): string {
  if (value === null) return 'NULL';
  const doubled = value.replaceAll("'", "''");
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(doubled)) return `'${doubled}'`;
  const escaped = doubled.replaceAll('\\', '\\\\').replaceAll(/[^\x20-\x7e]/gu, (character) => {
    const point = character.codePointAt(0)!.toString(16);
    return point.length > 4 ? `\\U${point.padStart(8, '0')}` : `\\u${point.padStart(4, '0')}`;
  });
  return `E'${escaped}'`;
}
