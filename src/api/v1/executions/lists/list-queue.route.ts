import Type from 'typebox';
import { type QueuedRow, readQueue } from '../../../../db/executions/list/read-queue.ts';
import { answer } from '../../../openapi/documented-answer.ts';
import { problemAnswers } from '../../../problems/problem.ts';
import type { Api, RouteDeps } from '../../../server/api.ts';
import { decodeCursor, encodeCursor } from '../../pages/cursor.ts';
import { pageFrom, pageLimit, pageOf, pageQuery } from '../../pages/pages.schemas.ts';
import { WorkspaceParams } from '../../workspaces/workspaces.schemas.ts';
import { ExecutionSummary } from '../executions.schemas.ts';
import { executionSummary } from '../executions.view.ts';

const QueuedExecution = Type.Object(
  {
    ...ExecutionSummary.properties,
    position: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      description: 'Its place in the queue, 1 is next; null beyond the first 10,000.',
      examples: [1],
    }),
  },
  { $id: 'QueuedExecution', description: 'An execution that waits, with its place.' },
);

const QueuePage = pageOf(Type.Ref('QueuedExecution'), 'Pending executions, the next one first.', 'QueuePage');

const schema = {
  tags: ['Executions'],
  operationId: 'listQueue',
  summary: 'List the queue of a workspace',
  description: 'Its pending executions in the order in which they are admitted, each with its place.',
  params: WorkspaceParams,
  querystring: Type.Object(pageQuery, { additionalProperties: false }),
  response: {
    200: answer('QueuePage', 'One page, the next one first.'),
    ...problemAnswers('workspace-not-found', 'database-unavailable'),
  },
};

/** A cursor holds the seq of the last execution of its page. */
const SEQ = /^[1-9]\d{0,14}$/;

export function listQueueRoute(app: Api, { database, webUi }: RouteDeps): void {
  app.addSchema(QueuedExecution);
  app.addSchema(QueuePage);
  const options = { config: { right: 'read' }, schema } as const;
  app.get('/workspaces/:workspaceId/queue', options, async ({ params, query }, reply) => {
    const limit = pageLimit(query);
    const afterSeq = query.cursor === undefined ? 0 : Number(decodeCursor(query.cursor, SEQ));
    const rows = await readQueue(database.db, { ...params, afterSeq, limit: limit + 1 });
    const view = (row: QueuedRow) => ({ ...executionSummary(row, webUi), position: row.position });
    return reply.send(pageFrom(rows, limit, view, ({ seq }) => encodeCursor(String(seq))));
  });
}
