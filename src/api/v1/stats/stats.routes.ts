import { listWorkspaceNumbers, type NumbersQuery } from '../../../db/stats/list-workspace-numbers.ts';
import { readFailures, readInboxTotal, readTotals } from '../../../db/stats/read-totals.ts';
import { findWorkspaceNumbers } from '../../../db/stats/workspace-numbers.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { pageLimit } from '../pages/pages.schemas.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';
import { cursorAt, placeOf } from './stats-cursor.ts';
import { ListStatsQuery, Stats, WorkspaceStats, WorkspaceStatsPage } from './stats.schemas.ts';
import { statsView, workspaceStatsView } from './stats.view.ts';

/** What a person reads of such a list. */
const FAILED_WORKSPACES_MOST = 20;

const allSchema = {
  tags: ['Stats'],
  operationId: 'getStats',
  summary: 'Read all workspaces in numbers',
  response: { 200: answer('Stats', 'The numbers.'), ...problemAnswers('database-unavailable') },
};

const listSchema = {
  tags: ['Stats'],
  operationId: 'listWorkspaceStats',
  summary: 'List workspaces in numbers',
  querystring: ListStatsQuery,
  response: {
    200: answer('WorkspaceStatsPage', 'One page, in the order that was asked for.'),
    ...problemAnswers('database-unavailable'),
  },
};

const getSchema = {
  tags: ['Stats'],
  operationId: 'getWorkspaceStats',
  summary: 'Read a workspace in numbers',
  params: WorkspaceParams,
  response: {
    200: answer('WorkspaceStats', 'The numbers.'),
    ...problemAnswers('workspace-not-found', 'database-unavailable'),
  },
};

export function statsRoutes(app: Api, { database }: RouteDeps): void {
  const { db } = database;
  const config = { right: 'read' } as const;
  for (const schema of [Stats, WorkspaceStats, WorkspaceStatsPage]) app.addSchema(schema);
  app.get('/stats', { config, schema: allSchema }, async (_request, reply) => {
    const totals = await readTotals(db);
    const failures = await readFailures(db, { workspacesMost: FAILED_WORKSPACES_MOST });
    return reply.send(statsView(totals, failures, await readInboxTotal(db)));
  });
  app.get('/stats/workspaces', { config, schema: listSchema }, async (request, reply) => {
    const query = queryOf(request.query);
    const { cursor } = request.query;
    const after = cursor === undefined ? null : placeOf(cursor, query);
    const { rows, next } = await listWorkspaceNumbers(db, { query, after, limit: pageLimit(request.query) });
    return reply.send({
      items: rows.map(workspaceStatsView),
      nextCursor: next === null ? null : cursorAt(next, query),
    });
  });
  app.get('/stats/workspaces/:workspaceId', { config, schema: getSchema }, async (request, reply) =>
    reply.send(workspaceStatsView(await findWorkspaceNumbers(db, request.params.workspaceId))),
  );
}

function queryOf({ sort = 'id', order, search, tier, health }: ListStatsQuery): NumbersQuery {
  return {
    sort,
    order: order ?? (sort === 'id' ? 'asc' : 'desc'),
    search: search ?? null,
    tier: tier ?? null,
    health: health ?? null,
  };
}
