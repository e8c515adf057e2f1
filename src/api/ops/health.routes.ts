import type { Client } from '@temporalio/client';
import Type, { type Static } from 'typebox';
import { NoSessionError } from '../../db/connection/no-session.ts';
import { requireWritable } from '../../db/connection/require-writable.ts';
import type { Log } from '../../process/log.ts';
import { answer } from '../openapi/documented-answer.ts';
import type { Api, RouteDeps } from '../server/api.ts';
import { openProblemAnswers } from '../problems/problem.ts';
import { within } from '../../async/within.ts';
import { textEnum } from '../openapi/text-enum.ts';

/** Shorter than what a probe usually waits, longer than the pool waits for a connection. */
const POSTGRES_TIMEOUT_MS = 3_500;
const TEMPORAL_TIMEOUT_MS = 1_500;

const Live = Type.Object(
  { status: Type.Literal('ok') },
  { $id: 'Live', description: 'The process answers.' },
);

const Ready = Type.Object(
  {
    status: textEnum(['ok', 'degraded'], {
      description: '`degraded`: executions are accepted and kept, and start when Temporal is back.',
    }),
    postgres: Type.Literal('up'),
    temporal: textEnum(['up', 'down']),
  },
  { $id: 'Ready', description: 'Whether requests can be served.' },
);

type Ready = Static<typeof Ready>;

export function healthRoutes(app: Api, deps: RouteDeps): void {
  app.addSchema(Live);
  app.addSchema(Ready);
  app.get('/health/live', { config: { right: 'none' }, schema: liveSchema }, async (_request, reply) =>
    reply.send({ status: 'ok' }),
  );
  app.get('/health/ready', { config: { right: 'none' }, schema: readySchema }, async (_request, reply) =>
    reply.send(await readiness(deps)),
  );
}

const liveSchema = {
  tags: ['Health'],
  operationId: 'live',
  summary: 'Whether the process answers',
  response: { 200: answer('Live', 'It does.'), ...openProblemAnswers() },
};

const readySchema = {
  tags: ['Health'],
  operationId: 'ready',
  summary: 'Whether requests can be served',
  response: {
    200: answer('Ready', 'Yes; `degraded` when only Temporal is down.'),
    ...openProblemAnswers('database-unavailable', 'wrong-installation'),
  },
};

/** Throws when no request could be served, as a request would. */
async function readiness({ database, temporal, installation, log }: RouteDeps): Promise<Ready> {
  // All are waited for: a call to Temporal that outlives its request would have its connection closed from under it.
  const [postgres, temporalUp, installed] = await Promise.allSettled([
    within(
      requireWritable(database),
      POSTGRES_TIMEOUT_MS,
      () => new NoSessionError(new Error('timeout expired')),
    ),
    isTemporalUp(temporal, log),
    within(installationProblem(installation), TEMPORAL_TIMEOUT_MS, () => new Error('timeout expired')),
  ]);
  if (postgres.status === 'rejected') throw postgres.reason;
  // Executions are still accepted and kept; here they cannot start, so that a load balancer should choose another API.
  if (installed.status === 'fulfilled' && installed.value) throw installed.value;
  const isUp = temporalUp.status === 'fulfilled' && temporalUp.value;
  return { status: isUp ? 'ok' : 'degraded', postgres: 'up', temporal: isUp ? 'up' : 'down' };
}

async function installationProblem(installation: RouteDeps['installation']) {
  return await installation?.problem();
}

/** Asks for our namespace: without it no gate could be woken, however healthy the server is. */
async function isTemporalUp(client: Client, log: Log): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + TEMPORAL_TIMEOUT_MS, () =>
      client.workflowService.describeNamespace({ namespace: client.options.namespace ?? 'default' }),
    );
    return true;
  } catch (error) {
    log.debug({ err: error }, 'Temporal does not answer; executions wait until it is back');
    return false;
  }
}
