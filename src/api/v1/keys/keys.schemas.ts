import Type, { type Static } from 'typebox';
import { ALL_WORKSPACES, RIGHTS, WORKSPACE_RIGHTS } from '../../../domain/keys/rights.ts';
import { WORKSPACE_ID_PATTERN } from '../../../domain/names.ts';
import { GRACE_SECONDS } from '../../../keys/key-rules.ts';
import { pageOf } from '../pages/pages.schemas.ts';
import { textEnum } from '../../openapi/text-enum.ts';

const NAME_MAX_CHARS = 100;
/** The same for a rotation that takes a long roll-out. */
const GRACE_MAX_SECONDS = 30 * 24 * 3_600;

const ID = 'Vq3mZ0d8KpWx';

export const KeyParams = Type.Object({
  keyId: Type.String({ pattern: '^[0-9A-Za-z]{12}$', description: 'The key, by its id.', examples: [ID] }),
});

const name = Type.String({
  minLength: 1,
  maxLength: NAME_MAX_CHARS,
  pattern: `^[^\\u0000-\\u001f\\u007f-\\u009f]{1,${NAME_MAX_CHARS}}$`,
  description: 'What it is for, without control characters.',
  examples: ['web front end'],
});

const workspaceId = Type.String({
  pattern: `${WORKSPACE_ID_PATTERN}|^\\*$`,
  description: `The workspace in which it holds, or \`${ALL_WORKSPACES}\` for all.`,
  examples: ['acme'],
});

const rights = Type.Array(textEnum(RIGHTS), {
  minItems: 1,
  maxItems: RIGHTS.length,
  uniqueItems: true,
  description: `What it may do. In a single workspace: ${WORKSPACE_RIGHTS.map((right) => `\`${right}\``).join(', ')}.`,
  examples: [['enqueue', 'read']],
});

const time = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description });

/** With an offset, so that it is one moment. */
const EXPIRES_FORM = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?(Z|[+-]\\d{2}:\\d{2})$';

const expiresAt = (description: string) =>
  Type.Optional(
    Type.Union([Type.String({ format: 'date-time', pattern: EXPIRES_FORM }), Type.Null()], {
      description,
      examples: ['2027-01-31T12:00:00Z'],
    }),
  );

export const CreateKeyBody = Type.Object(
  {
    name,
    workspaceId,
    rights,
    expiresAt: expiresAt('When it ends; null is never. Left out, when the key ends that makes it.'),
  },
  {
    additionalProperties: false,
    description: 'What the key is to be: never more than the key that makes it.',
    examples: [{ name: 'web front end', workspaceId: 'acme', rights: ['enqueue', 'read'] }],
  },
);

export const RotateKeyBody = Type.Object(
  {
    graceSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: GRACE_MAX_SECONDS,
        default: GRACE_SECONDS,
        description: 'How long the old key still holds beside the new one.',
        examples: [GRACE_SECONDS],
      }),
    ),
    expiresAt: expiresAt('When the new key ends; null is never. Left out, when the old one would have.'),
  },
  { additionalProperties: false, description: 'How to rotate it.', examples: [{ graceSeconds: 3_600 }] },
);

const keyFields = {
  id: Type.String({ description: 'The part of its text that is no secret.', examples: [ID] }),
  name,
  workspaceId,
  rights,
  createdAt: Type.String({ format: 'date-time' }),
  createdBy: Type.Union([Type.String(), Type.Null()], {
    description: 'The key that made it; null when it was made against the database, or where none is needed.',
  }),
  expiresAt: time('When it ends; null is never.'),
  revokedAt: time('When it was ended for good; null if it was not.'),
  revokedBy: Type.Union([Type.String(), Type.Null()], {
    description: 'The key that did so, like `createdBy`.',
  }),
  replacedBy: Type.Union([Type.String(), Type.Null()], {
    description: 'The key that a rotation made for it; until `expiresAt` both hold.',
  }),
  lastUsedAt: time('When it last let somebody in, to the minute.'),
};

export const Key = Type.Object(keyFields, { $id: 'Key', description: 'A key, without its secret.' });
export type Key = Static<typeof Key>;

export const CreatedKey = Type.Object(
  {
    ...keyFields,
    key: Type.String({
      description: 'To send as `Authorization: Bearer`. It is shown in this answer only and kept nowhere.',
      examples: ['slc_Vq3mZ0d8KpWx_8aK3...'],
    }),
  },
  { $id: 'CreatedKey', description: 'A new key, with its secret.' },
);
export type CreatedKey = Static<typeof CreatedKey>;

export const KeyPage = pageOf(Type.Ref('Key'), 'A page of keys.', 'KeyPage');
