import { actingOf } from '../../access/acting-of.ts';
import { changeTier } from '../../../db/tiers/change-tier.ts';
import { readTier, readTiers } from '../../../db/tiers/read-tiers.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { PutTierBody, settingsOf, Tier, TierList, TierParams, tierView } from './tiers.schemas.ts';
import { wakeFreed } from './wake-freed.ts';

/** Settings are some dozen bytes. */
const BODY_MAX_BYTES = 16 * 1024;

const listSchema = {
  tags: ['Tiers'],
  operationId: 'listTiers',
  summary: 'List the tiers',
  response: { 200: answer('TierList', 'All of them.'), ...problemAnswers('database-unavailable') },
};

const getSchema = {
  tags: ['Tiers'],
  operationId: 'getTier',
  summary: 'Read a tier',
  params: TierParams,
  response: {
    200: answer('Tier', 'The tier.'),
    ...problemAnswers('tier-not-found', 'database-unavailable'),
  },
};

const putSchema = {
  tags: ['Tiers'],
  operationId: 'putTier',
  summary: 'Replace the settings of a tier',
  description:
    'They hold for all processes at once. Raising the limit admits waiting executions at once, in every workspace of the tier that has no ' +
    'limit of its own. Lowering it stops nothing that runs: in each workspace nothing is admitted until fewer run than the new limit.',
  params: TierParams,
  body: PutTierBody,
  response: {
    200: answer('Tier', 'The tier as it is now.'),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'tier-not-found',
      'payload-too-large',
      'unsupported-media-type',
      'payload-retention-too-long',
      'database-unavailable',
      'database-full',
    ),
  },
};

export function tierRoutes(app: Api, deps: RouteDeps): void {
  const { database } = deps;
  app.addSchema(Tier);
  app.addSchema(TierList);
  app.get('/tiers', { config: { right: 'read' }, schema: listSchema }, async (_request, reply) =>
    reply.send({ items: (await readTiers(database.db)).map(tierView) }),
  );
  app.get('/tiers/:tier', { config: { right: 'read' }, schema: getSchema }, async (request, reply) =>
    reply.send(tierView(await readTier(database.db, request.params.tier))),
  );
  app.put(
    '/tiers/:tier',
    { config: { right: 'operate' }, bodyLimit: BODY_MAX_BYTES, schema: putSchema },
    async (request, reply) => {
      const { row, isRaised } = await changeTier(
        database,
        request.params.tier,
        settingsOf(request.body),
        actingOf(request, request.body.reason),
      );
      // Not awaited: there may be many, and the sweep finds the workspaces that this process does not come to before it ends.
      if (isRaised) void wakeFreed(deps, row.name);
      return reply.send(tierView(row));
    },
  );
}
