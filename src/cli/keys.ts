import type { Database } from '../db/connection/database.ts';
import { createKey } from '../db/keys/create-key.ts';
import { listKeys } from '../db/keys/find-keys.ts';
import type { KeySummaryRow } from '../db/keys/key-row.ts';
import { revokeKey } from '../db/keys/revoke-key.ts';
import { rotateKey } from '../db/keys/rotate-key.ts';
import { ALL_WORKSPACES, type Right, RIGHTS, WORKSPACE_RIGHTS } from '../domain/keys/rights.ts';
import { GRACE_SECONDS } from '../keys/key-rules.ts';
import { newKey } from '../keys/key-text.ts';
import { onDatabase } from './inbox/on-database.ts';
import { isOverApi } from './over-api/connection.ts';
import { keysOverApi } from './over-api/installation/keys-over-api.ts';
import { readOptions, UsageError } from './options.ts';

export const usage = `sluice keys create --name NAME (--admin | --workspace ID --right RIGHT ...) [--expires ISO]
sluice keys list
sluice keys rotate KEY_ID [--grace HOURS]
sluice keys revoke KEY_ID
sluice keys generate
  Keys of the API, in the database of DATABASE_URL or, without it, in the one that \`npm start\` runs here. Whoever reaches that database may
  make any key, as often as he likes. A new key is printed once, alone on standard output, and kept nowhere.
  --name NAME      what the key is for; \`admin\` for --admin unless given
  --admin          every right, in all workspaces
  --workspace ID   the one workspace in which the key holds, or * for all
  --right RIGHT    ${RIGHTS.join(', ')}; may be given several times; ${WORKSPACE_RIGHTS.join(', ')} unless given
  --expires ISO    when it ends, as 2027-01-31T12:00:00Z; never unless given
  --grace HOURS    how long the old key still holds beside the new one; 24 unless given
  generate         prints a key that is in no database, for ADMIN_KEY_FILE
With SLUICE_URL or --url it does the same over the API, with the key of SLUICE_KEY, SLUICE_KEY_FILE or --key-file; \`sluice keys get KEY_ID\` too.
  --url URL        where the API is
  --key-file FILE  has the key of the API that may make others
  --json           JSON for programs, over the API
Exit code: 0 done, 1 refused or not possible, 2 wrong arguments, 3 the API is not reachable.`;

const OPTIONS = {
  name: { type: 'string' },
  admin: { type: 'boolean', default: false },
  workspace: { type: 'string' },
  right: { type: 'string', multiple: true },
  expires: { type: 'string' },
  grace: { type: 'string' },
} as const;

type Options = ReturnType<typeof readOptions<typeof OPTIONS>>;

const BY_COMMAND_LINE = { by: null, source: 'command line' } as const;

/** As Postgres shows it. */
const NAME = 'sluice-keys';

/** A page of the list. */
const PAGE_ROWS = 500;

/** The keys process: does one thing to the keys in the database, or over the API, says so on standard error, and ends. */
export async function run([verb = '', ...rest]: readonly string[]): Promise<number> {
  if (verb !== 'generate' && isOverApi(rest)) return keysOverApi.run([verb, ...rest]);
  if (verb.startsWith('-')) readOptions([verb, ...rest], OPTIONS, usage);
  const [id, args] = verb === 'rotate' || verb === 'revoke' ? [rest[0] ?? '', rest.slice(1)] : ['', rest];
  const options = readOptions(args, OPTIONS, usage);
  switch (verb) {
    case 'generate':
      console.log(newKey().text);
      return 0;
    case 'create': {
      const asked = askedKey(options);
      return await onDatabase(NAME, (database) => create(database, asked));
    }
    case 'list':
      return await onDatabase(NAME, list);
    case 'revoke':
      return await onDatabase(NAME, (database) => revoke(database, id));
    case 'rotate': {
      const graceSeconds = graceOf(options);
      return await onDatabase(NAME, (database) => rotate(database, id, graceSeconds));
    }
    default:
      throw new UsageError(`There is no \`sluice keys ${verb}\`.\n${usage}`);
  }
}

interface AskedKey {
  readonly name: string;
  readonly workspaceId: string | null;
  readonly rights: readonly Right[];
  readonly expiresAt: Date | null;
}

async function create(database: Database, asked: AskedKey): Promise<number> {
  const { text, ...made } = newKey();
  show(text, await createKey(database, { ...asked, ...made, createdBy: null }, BY_COMMAND_LINE));
  return 0;
}

async function rotate(database: Database, id: string, graceSeconds: number): Promise<number> {
  const { text, ...made } = newKey();
  const rotation = { id, graceSeconds, successor: { ...made, createdBy: null } };
  const row = await rotateKey(database, rotation, () => {}, BY_COMMAND_LINE);
  show(text, row);
  console.error(`The old key ${id} holds for ${graceSeconds / 3_600} h more.`);
  return 0;
}

async function revoke(database: Database, id: string): Promise<number> {
  const { name, revokedAt } = await revokeKey(database, id, BY_COMMAND_LINE);
  console.error(`Key ${id} (${name}) is revoked since ${revokedAt!.toISOString()}.`);
  return 0;
}

async function list({ db }: Database): Promise<number> {
  let afterId: string | null = null;
  do {
    const rows: KeySummaryRow[] = await listKeys(db, { afterId, limit: PAGE_ROWS });
    for (const row of rows) console.log(lineOf(row));
    afterId = rows.length < PAGE_ROWS ? null : rows.at(-1)!.id;
  } while (afterId !== null);
  return 0;
}

function show(text: string, row: KeySummaryRow): void {
  console.log(text);
  console.error(`${lineOf(row)}\nThis is the only time that the key is shown.`);
}

function lineOf({ id, name, workspaceId, rights, expiresAt, revokedAt, lastUsedAt }: KeySummaryRow): string {
  const facts = [
    expiresAt && `expires ${expiresAt.toISOString()}`,
    revokedAt && `revoked ${revokedAt.toISOString()}`,
    lastUsedAt && `last used ${lastUsedAt.toISOString()}`,
  ].filter((fact) => fact !== null);
  return [id, workspaceId ?? ALL_WORKSPACES, rights.join(','), name, ...facts].join('  ');
}

/** Never less than what the schema holds: the database refuses the rest. */
function askedKey({ name, admin, workspace, right, expires }: Options): AskedKey {
  if (admin === (workspace !== undefined))
    throw new UsageError(`Give either --admin or --workspace.\n${usage}`);
  if (name === undefined && !admin) throw new UsageError(`--name NAME is missing.\n${usage}`);
  const rights = admin ? RIGHTS : (right ?? WORKSPACE_RIGHTS);
  const workspaceId = admin || workspace === ALL_WORKSPACES ? null : workspace!;
  const unknown = rights.find((one) => !RIGHTS.includes(one as Right));
  if (unknown !== undefined)
    throw new UsageError(`--right ${unknown} is none of ${RIGHTS.join(', ')}.\n${usage}`);
  const tooMuch = rights.find((one) => workspaceId !== null && !WORKSPACE_RIGHTS.includes(one as Right));
  if (tooMuch !== undefined)
    throw new UsageError(`A key of one workspace cannot have --right ${tooMuch}: use --workspace '*'.`);
  return { name: name ?? 'admin', workspaceId, rights: rights as Right[], expiresAt: timeOf(expires) };
}

function timeOf(expires: string | undefined): Date | null {
  if (expires === undefined) return null;
  const time = new Date(expires);
  if (Number.isNaN(time.getTime()) || time.getTime() <= Date.now())
    throw new UsageError(
      `--expires ${expires} is not a time to come in ISO 8601, as 2027-01-31T12:00:00Z is.`,
    );
  return time;
}

function graceOf({ grace }: Options): number {
  if (grace === undefined) return GRACE_SECONDS;
  const hours = Number(grace);
  if (grace.trim() === '' || !Number.isFinite(hours) || hours < 0)
    throw new UsageError(`--grace ${grace} is not a number of hours, 0 or more.`);
  return Math.round(hours * 3_600);
}
