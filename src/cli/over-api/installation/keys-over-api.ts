import type { CreatedKey, Key } from '../../../../packages/client/src/index.ts';
import { ALL_WORKSPACES, type Right, RIGHTS, WORKSPACE_RIGHTS } from '../../../domain/keys/rights.ts';
import { UsageError } from '../../options.ts';
import { plain } from '../../print/plain.ts';
import { type Column, fieldLines } from '../../print/table.ts';
import { age, secondsOf } from '../../print/times.ts';
import { firstOf, oneOf, pageSizeFor, ROWS } from '../arguments.ts';
import { type Context, verb } from '../command.ts';
import { group } from '../group.ts';

const COLUMNS: readonly Column<Key>[] = [
  { title: 'KEY', of: ({ id }) => id },
  { title: 'WORKSPACE', of: ({ workspaceId }) => workspaceId },
  { title: 'RIGHTS', of: ({ rights }) => rights.join(',') },
  { title: 'NAME', of: ({ name }) => name },
  { title: 'CREATED', of: ({ createdAt }) => age(createdAt) },
  { title: 'LAST USED', of: ({ lastUsedAt }) => age(lastUsedAt) },
  { title: 'EXPIRES', of: ({ expiresAt }) => expiresAt },
  { title: 'REVOKED', of: ({ revokedAt }) => revokedAt, colour: () => 'red' },
];

const createKey = verb({
  name: 'create',
  words: [],
  text: 'Makes a key, never one that may do more than your own. It is printed once, alone on standard output.',
  options: {
    name: { type: 'string', value: 'NAME', text: 'what the key is for; `admin` for --admin unless given' },
    admin: { type: 'boolean', text: 'every right, in all workspaces' },
    workspace: {
      type: 'string',
      value: 'ID',
      text: 'the one workspace in which the key holds, or * for all',
    },
    right: { type: 'string', multiple: true, value: 'RIGHT', text: RIGHTS.join(', ') },
    expires: {
      type: 'string',
      value: 'ISO',
      text: 'when it ends; when your own ends unless given, or never',
    },
  },
  kind: 'act',
  async run(context, _words, { name, admin = false, workspace, right, expires }) {
    if (admin === (workspace !== undefined))
      throw new UsageError('Give either --admin or --workspace ID, which may be *.');
    if (name === undefined && !admin) throw new UsageError('--name NAME is missing.');
    const rights: readonly Right[] = admin
      ? RIGHTS
      : (right?.map((one) => oneOf(one, '--right', RIGHTS)) ?? WORKSPACE_RIGHTS);
    const created = await context.sluice.keys.create({
      name: name ?? 'admin',
      workspaceId: workspace ?? ALL_WORKSPACES,
      rights: [...rights],
      ...(expires !== undefined && { expiresAt: expires }),
    });
    showNew(context, created);
  },
});

const listKeys = verb({
  name: 'list',
  words: [],
  text: 'Lists all keys that there ever were, without their secrets.',
  options: ROWS,
  kind: 'read',
  async run({ sluice, list, say }, _words, { limit }) {
    const { rows, hasMore } = await firstOf(sluice.keys.list({ pageSize: pageSizeFor(limit) }), limit);
    list(rows, COLUMNS);
    if (hasMore) say(`There are more: --limit shows more than ${rows.length}.`);
  },
});

const getKey = verb({
  name: 'get',
  words: ['KEY_ID'],
  text: 'Shows a key, without its secret.',
  options: {},
  kind: 'read',
  async run({ sluice, show }, [id]) {
    const key = await sluice.keys.get(id!);
    show(key, () => keyLines(key));
  },
});

const rotateKey = verb({
  name: 'rotate',
  words: ['KEY_ID'],
  text: 'Makes a key that takes the place of another; both hold until the grace is over.',
  options: {
    grace: { type: 'string', value: 'HOURS', text: 'how long the old key still holds; 24 unless given' },
  },
  kind: 'act',
  async run(context, [id], { grace }) {
    const seconds = grace === undefined ? undefined : secondsOf(`${grace}h`);
    if (seconds === null) throw new UsageError(`--grace ${grace} is not a number of hours, 0 or more.`);
    const graceSeconds = seconds === undefined ? {} : { graceSeconds: Math.round(seconds) };
    showNew(context, await context.sluice.keys.rotate(id!, graceSeconds));
  },
});

const revokeKey = verb({
  name: 'revoke',
  words: ['KEY_ID'],
  text: 'Ends a key for good, within 3 s everywhere.',
  options: {},
  kind: 'act',
  async run({ sluice, show }, [id]) {
    const key = await sluice.keys.revoke(id!);
    show(key, () => [plain(`Key ${key.id} (${key.name}) is revoked since ${key.revokedAt}.`)]);
  },
});

export const keysOverApi = group('keys', 'Keys of the API, over the API.', [
  createKey,
  listKeys,
  getKey,
  rotateKey,
  revokeKey,
]);

/** The secret stands alone on standard output, so that it goes into a file or a variable; with --json the whole answer does. */
function showNew({ isJson, show }: Context, { key: text, ...key }: CreatedKey): void {
  show({ ...key, key: text }, () => [text]);
  if (!isJson) console.error([...keyLines(key), 'This is the only time that the key is shown.'].join('\n'));
}

function keyLines(key: Key): string[] {
  return fieldLines([
    ['key', key.id],
    ['name', key.name],
    ['workspace', key.workspaceId],
    ['rights', key.rights.join(', ')],
    ['created', key.createdAt],
    ['created by', key.createdBy],
    ['expires', key.expiresAt],
    ['revoked', key.revokedAt],
    ['revoked by', key.revokedBy],
    ['replaced by', key.replacedBy],
    ['last used', key.lastUsedAt],
  ]);
}
