import Type, { type Static } from 'typebox';
import { textEnum } from '../../../openapi/text-enum.ts';
import type { ItemProblem } from '../../../problems/problem.ts';
import type { ExecutionSummary } from '../executions.schemas.ts';

const count = (description: string) => Type.Integer({ description, examples: [1] });

const BatchItemAnswer = Type.Object(
  {
    outcome: textEnum(['placed', 'repeated', 'refused'], {
      description:
        '`placed`: it is stored. `repeated`: its key already stood for this execution. `refused`: nothing of it is stored, for what `problem` says.',
    }),
    execution: Type.Union([Type.Ref('ExecutionSummary'), Type.Null()], {
      description: 'Null when it is refused.',
    }),
    problem: Type.Union([Type.Ref('ItemProblem'), Type.Null()], {
      description: 'What a single request would have ended in; null when it is not refused.',
    }),
  },
  { description: 'What became of one item.' },
);

export const BatchAnswer = Type.Object(
  {
    placed: count('How many are stored. Their `seq` are consecutive, in the order of the items.'),
    repeated: count('How many keys already stood for an execution.'),
    refused: count('How many are refused.'),
    outcomes: Type.Array(BatchItemAnswer, { description: 'One for each item, in their order.' }),
  },
  { $id: 'BatchAnswer', description: 'What became of a batch.' },
);

/** References are written out. */
export type BatchAnswer = Omit<Static<typeof BatchAnswer>, 'outcomes'> & {
  outcomes: (Pick<Static<typeof BatchItemAnswer>, 'outcome'> & {
    execution: ExecutionSummary | null;
    problem: ItemProblem | null;
  })[];
};
