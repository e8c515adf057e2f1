import Type, { type Static } from 'typebox';
import { ACTS, CHANGE_SOURCES } from '../../../domain/change.ts';
import { textEnum } from '../../openapi/text-enum.ts';
import { pageOf } from '../pages/pages.schemas.ts';

const state = (description: string) =>
  Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], { description });

export const Change = Type.Object(
  {
    id: Type.String({ description: 'Later changes have higher numbers.', examples: ['4711'] }),
    at: Type.String({ format: 'date-time' }),
    workspaceId: Type.Union([Type.String(), Type.Null()], {
      description: 'Null for what is about no single workspace, as the settings of a tier.',
      examples: ['acme'],
    }),
    act: textEnum(ACTS, {
      description:
        'What was done. `workspace_deleted`: its deletion began; `workspace_gone`: it has ended, and `to` has what the workspace did.',
      examples: ['limit_changed'],
    }),
    by: Type.Union([Type.String(), Type.Null()], {
      description:
        'The id of the key that asked for it, or `role:` and the name of the role of Postgres whose transaction did; null where none was needed.',
      examples: ['Vq3mZ0d8KpWx'],
    }),
    source: textEnum(CHANGE_SOURCES, {
      description:
        'By which way it came. `sql`: a transaction of a database role. `itself`: Sluice did it, as when a pause ends at its time.',
    }),
    from: state('What the act changed, before it; null where there was nothing.'),
    to: state('The same after it; null where there is nothing.'),
    reason: Type.Union([Type.String(), Type.Null()], { description: 'As the request gave it.' }),
  },
  { $id: 'Change', description: 'An act, as it was recorded in its own transaction.' },
);
export type Change = Static<typeof Change>;

export const ChangePage = pageOf(Type.Ref('Change'), 'Changes, the newest first.', 'ChangePage');
