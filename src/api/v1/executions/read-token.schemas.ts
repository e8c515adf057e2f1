import Type, { type Static } from 'typebox';
import { READ_TOKEN_MAX_SECONDS } from '../../../keys/read-token.ts';

/** Enough for a page to connect, and to connect again after a short interruption. */
export const READ_TOKEN_SECONDS = 300;

/** In the query of the routes that take a read token in place of a key. */
export const readTokenQuery = {
  token: Type.Optional(
    Type.String({ description: 'A read token of this execution, in place of a key in `Authorization`.' }),
  ),
};

export const ReadTokenBody = Type.Object(
  {
    expiresInSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: READ_TOKEN_MAX_SECONDS,
        default: READ_TOKEN_SECONDS,
        description: 'How long the token holds, unless its key ends before.',
        examples: [READ_TOKEN_SECONDS],
      }),
    ),
  },
  { additionalProperties: false, description: 'What the token is to be.', examples: [{}] },
);

export const ReadToken = Type.Object(
  {
    token: Type.String({
      description: 'To send as `?token=`. It is in no database and cannot be asked for again.',
      examples: ['slr_Vq3mZ0d8KpWx_1795860000_0199f3a2-7c1e-7000-8000-5f0c8f5a7b11_9f...'],
    }),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'ReadToken', description: 'Reads one execution for a while.' },
);
export type ReadToken = Static<typeof ReadToken>;
