import Type from 'typebox';
import { readExplained } from '../../../../db/explain/read-explained.ts';
import { explainToCustomer } from '../../../../domain/explain/explain-to-customer.ts';
import { DEFAULT_QUEUE, workspaceQueue } from '../../../../domain/names.ts';
import { isTerminal, type Status } from '../../../../domain/status.ts';
import { askPolled } from '../../../../temporal/runs/ask-polled.ts';
import { problemAnswers } from '../../../problems/problem.ts';
import type { Api, RouteDeps } from '../../../server/api.ts';
import { ExecutionParams } from '../executions.schemas.ts';
import { CustomerExplanation, ExplainQuery, Explanation } from './explain.schemas.ts';
import { explanationView, factsOf, type Polls } from './explain.view.ts';
import { byId } from '../by-id.ts';

const schema = {
  tags: ['Executions'],
  operationId: 'explainExecution',
  summary: 'Explain why an execution is where it is',
  description:
    'In one sentence for people, with what it is made of: the position, who holds the slots and since when, the limit, pauses, stalls, whether ' +
    'workers poll. `audience=customer` has the sentence, the status and the position alone, fit to be shown to an end customer; a read token gets ' +
    'only that.',
  params: ExecutionParams,
  querystring: ExplainQuery,
  response: {
    200: {
      description: 'Why it is where it is, for who is to read it.',
      content: {
        'application/json': {
          schema: Type.Union([Type.Ref('Explanation'), Type.Ref('CustomerExplanation')]),
        },
      },
    },
    ...problemAnswers('workspace-not-found', 'execution-not-found', 'database-unavailable'),
  },
};

export function explainRoute(app: Api, deps: RouteDeps): void {
  for (const one of [Explanation, CustomerExplanation]) app.addSchema(one);
  const options = { config: { right: 'read', takesReadToken: true }, schema } as const;
  app.get('/workspaces/:workspaceId/executions/:executionId/explain', options, async (request, reply) => {
    const { params } = request;
    const { workspaceId } = params;
    const explained = await byId(deps, params, (id) => readExplained(deps.database, workspaceId, id));
    const polls = await pollsOf(deps, workspaceId, explained.found.execution.status);
    const facts = factsOf(explained, polls);
    // Whoever comes by a read token names it, also where no key is needed.
    const { audience, token } = request.query;
    const isForCustomer = audience === 'customer' || token !== undefined;
    return reply.send(isForCustomer ? explainToCustomer(facts) : explanationView(explained, facts));
  });
}

/** What has ended waits for nobody. */
async function pollsOf({ temporal, log }: RouteDeps, workspaceId: string, status: Status): Promise<Polls> {
  if (isTerminal(status)) return { workerPolls: null, gatesPoll: null };
  const [workerPolls, gatesPoll] = await Promise.all([
    askPolled(temporal, log, workspaceQueue(workspaceId)),
    askPolled(temporal, log, DEFAULT_QUEUE),
  ]);
  return { workerPolls, gatesPoll };
}
