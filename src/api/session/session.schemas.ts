import Type, { type Static } from 'typebox';
import { ALL_WORKSPACES, RIGHTS } from '../../domain/keys/rights.ts';
import { textEnum } from '../openapi/text-enum.ts';

export const SessionBody = Type.Object(
  {
    key: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'A key, as it would be sent in `Authorization`.',
    }),
  },
  {
    additionalProperties: false,
    description: 'What the session is to stand for.',
    examples: [{ key: 'slc_...' }],
  },
);

export const Session = Type.Object(
  {
    auth: textEnum(['keys', 'none'], {
      description: '`none`: this installation asks nobody for a key, so there is no session to begin or end.',
    }),
    keyId: Type.Union([Type.String(), Type.Null()], {
      description: 'The key that it stands for; null where none is needed.',
      examples: ['Vq3mZ0d8KpWx'],
    }),
    workspaceId: Type.String({
      description: `The workspace in which the rights hold; \`${ALL_WORKSPACES}\` is all.`,
      examples: [ALL_WORKSPACES],
    }),
    rights: Type.Array(textEnum(RIGHTS), { description: 'What it may do there.' }),
    expiresAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'When it ends by itself; null: never.',
    }),
  },
  { $id: 'Session', description: 'Who asks, and what it may do.' },
);
export type Session = Static<typeof Session>;
