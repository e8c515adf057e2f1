import type { Database } from '../../db/connection/database.ts';
import { addGrant } from '../../db/grants/add-grant.ts';
import type { Grant, RoleRight } from '../../db/grants/grant.ts';
import { type ListedGrant, listGrants } from '../../db/grants/list-grants.ts';
import { removeGrant } from '../../db/grants/remove-grant.ts';
import { ALL_WORKSPACES } from '../../domain/keys/rights.ts';
import { WORKSPACE_ID_PATTERN } from '../../domain/names.ts';
import { readOptions, readWords, UsageError } from '../options.ts';
import { onDatabase } from './on-database.ts';

/** As the command line names them. */
const RIGHTS: Readonly<Record<string, RoleRight>> = { enqueue: 'enqueue', 'put-workspaces': 'put_workspace' };

export const usage = `sluice grants add ROLE WORKSPACE [--right RIGHT ...]
sluice grants remove ROLE WORKSPACE [--right RIGHT ...]
sluice grants list
  Which roles of Postgres may call sluice.enqueue and sluice.put_workspace in transactions of their own, and for which workspaces. In the database of
  DATABASE_URL, as the owner of its schema, or in the one that \`npm start\` runs here. ROLE is the one that logs in: SET ROLE changes nothing.
  WORKSPACE is an id, or '*' for all, also those to come.
  --right RIGHT  enqueue or put-workspaces; may be given several times; enqueue unless given
Exit code: 0 done, 1 refused or not possible, 2 wrong arguments.`;

const OPTIONS = { right: { type: 'string', multiple: true } } as const;

const BY_COMMAND_LINE = { by: null, source: 'command line' } as const;

/** The grants process: does one thing to the grants in the database, says so, and ends. */
export async function run([verb = '', ...rest]: readonly string[]): Promise<number> {
  switch (verb) {
    case 'list':
      readOptions(rest, {}, usage);
      return await onDatabase('sluice-grants', list);
    case 'add': {
      const grants = grantsOf(rest);
      return await onDatabase('sluice-grants', (database) => add(database, grants));
    }
    case 'remove': {
      const grants = grantsOf(rest);
      return await onDatabase('sluice-grants', (database) => remove(database, grants));
    }
    default:
      // An option in the place of a verb is refused as an option.
      if (verb.startsWith('-')) readOptions([verb], {}, usage);
      throw new UsageError(`There is no \`sluice grants ${verb}\`.\n${usage}`);
  }
}

async function list({ db }: Database): Promise<number> {
  const grants = await listGrants(db);
  for (const grant of grants) console.log(lineOf(grant));
  if (grants.length === 0)
    console.error('No role has a grant. `sluice grants add ROLE WORKSPACE` makes one.');
  return 0;
}

async function add(database: Database, grants: readonly Grant[]): Promise<number> {
  for (const grant of grants) {
    const added = await addGrant(database, grant, BY_COMMAND_LINE);
    console.log(`${described(grant)}: ${added ? 'granted' : 'was granted before'}`);
  }
  return 0;
}

async function remove(database: Database, grants: readonly Grant[]): Promise<number> {
  let removed = 0;
  for (const grant of grants) {
    const isRemoved = await removeGrant(database, grant, BY_COMMAND_LINE);
    if (isRemoved) removed++;
    console.log(`${described(grant)}: ${isRemoved ? 'removed' : 'there is no such grant'}`);
  }
  return removed === grants.length ? 0 : 1;
}

const LACKS = {
  role: 'there is no such role: remove it',
  execute: 'without the right to execute the function: add it again',
};

function lineOf(grant: ListedGrant): string {
  const { grantedAt, lacks } = grant;
  return `${described(grant)}  ${grantedAt.toISOString()}${lacks === null ? '' : `  ${LACKS[lacks]}`}`;
}

function described({ role, workspaceId, right }: Grant): string {
  const name = Object.entries(RIGHTS).find(([, named]) => named === right)![0];
  return `${role}  ${workspaceId}  ${name}`;
}

function grantsOf(args: readonly string[]): Grant[] {
  const { words, values } = readWords(args, OPTIONS, usage);
  const [role, workspaceId, ...more] = words;
  if (!role || !workspaceId || more.length > 0)
    throw new UsageError(`Give one role and one workspace.\n${usage}`);
  if (workspaceId !== ALL_WORKSPACES && !new RegExp(WORKSPACE_ID_PATTERN).test(workspaceId))
    throw new UsageError(
      `${workspaceId} is neither the id of a workspace nor '*'. In a shell write the star in quotes.`,
    );
  const named = (values['right'] as string[] | undefined) ?? ['enqueue'];
  return [...new Set(named)].map((name) => {
    if (!Object.hasOwn(RIGHTS, name))
      throw new UsageError(`--right ${name} is none of ${Object.keys(RIGHTS).join(', ')}.`);
    return { role, workspaceId, right: RIGHTS[name]! };
  });
}
