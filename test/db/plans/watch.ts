import { type Database, openDatabase } from '../../../src/db/connection/database.ts';

/** Nodes that hold all their rows before they give the first: none may be given a queue. A list of what runs in all workspaces is given up to 10,000 rows. */
const ROWS_HELD_MAX = 10_500;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** One statement as Postgres ran it. */
export interface Ran {
  readonly 'Query Text': string;
  readonly Plan: PlanNode;
  /** With its planning left out. */
  readonly ms: number;
}

export interface Watched {
  readonly database: Database;
  /** What ran since the last call. */
  taken(): Ran[];
  close(): Promise<void>;
}

const NOTICE = /^duration: ([\d.]+) ms {2}plan:\n/;

/** The product's own pool; Postgres says after each statement by which plan it ran, whoever sent it and how. */
export function watch(databaseUrl: string, settings: Readonly<Record<string, string>>): Watched {
  const url = new URL(databaseUrl);
  const all = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_format': 'json',
    'auto_explain.log_level': 'notice',
    ...settings,
  };
  const options = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`);
  url.searchParams.set('options', options.join(' '));
  const database = openDatabase({
    url: url.toString(),
    poolSize: 1,
    applicationName: 'test',
    statementTimeoutMs: 60_000,
    onError: () => {},
  });
  const ran: Ran[] = [];
  database.pool.on('connect', (client) =>
    client.on('notice', ({ message = '' }) => {
      const begins = NOTICE.exec(message);
      if (begins !== null)
        ran.push({ ...(JSON.parse(message.slice(begins[0].length)) as Ran), ms: Number(begins[1]) });
    }),
  );
  return { database, taken: () => ran.splice(0), close: () => database.close() };
}

/** The pages that a statement has read or found in memory. */
export const pagesOf = (node: PlanNode) => node['Shared Hit Blocks'] + node['Shared Read Blocks'];

/** What is wrong with the way in which a statement ran: empty when nothing is. */
export function problemsOf({ Plan: plan }: Ran, pagesMax: number): string[] {
  const problems: string[] = [];
  for (const node of nodesOf(plan)) {
    const type = node['Node Type'];
    const rows = Math.max(...[node, ...(node.Plans ?? [])].map((one) => one['Actual Rows']));
    if (type === 'Seq Scan' && isReadWhole(node)) problems.push(`reads all of ${node['Relation Name']}`);
    if (/Sort|Hash|Bitmap/.test(type) && rows > ROWS_HELD_MAX) problems.push(`${type} holds ${rows} rows`);
  }
  if (pagesOf(plan) > pagesMax) problems.push(`reads ${pagesOf(plan)} pages (${shapeOf(plan)})`);
  return problems;
}

/** The nodes that read pages themselves, in words. */
function shapeOf(plan: PlanNode): string {
  return nodesOf(plan)
    .filter((node) => pagesOf(node) - Math.max(0, ...(node.Plans ?? []).map(pagesOf)) > 100)
    .map((node) => `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name'] ?? ''}`.trim())
    .join(', ');
}

/** Partitions with few rows may be. */
function isReadWhole(node: PlanNode): boolean {
  const { 'Relation Name': relation = '', 'Actual Rows': rows, 'Rows Removed by Filter': removed = 0 } = node;
  return (
    relation === 'executions' ||
    (/^(ended_executions|payloads|events)_/.test(relation) && rows + removed > ROWS_HELD_MAX)
  );
}

/** All that were run. */
function nodesOf(node: PlanNode): PlanNode[] {
  return node['Actual Loops'] === 0 ? [] : [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
