import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { SEARCH_ATTRIBUTES } from '../../src/domain/names.ts';
import { createLog } from '../../src/process/log.ts';
import { registerSearchAttributes } from '../../src/temporal/namespace/search-attributes.ts';
import { eventually } from '../support/eventually.ts';
import { type Connected, connect } from './connected.ts';

let at: Connected;
before(async () => {
  at = await connect(import.meta.url);
});
after(() => at.close());

/** A namespace that nobody has prepared. */
async function bareNamespace(): Promise<Client> {
  const namespace = `bare-${randomUUID()}`;
  await at.client.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  const client = new Client({ connection: at.client.connection, namespace });
  await eventually(() => client.workflowService.countWorkflowExecutions({ namespace, query: '' }));
  return client;
}

function linesOf(): { log: ReturnType<typeof createLog>; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  return { log: createLog({ level: 'info', process: 'test', destination }), lines };
}

test('search attributes are registered where they are missing, and can be used from then on', async () => {
  const client = await bareNamespace();
  assert.equal(await registerSearchAttributes(client, at.log), true);
  const query = `${SEARCH_ATTRIBUTES.tier} = "pro" AND ${SEARCH_ATTRIBUTES.limit} > 3 AND ${SEARCH_ATTRIBUTES.workspace} = "x"`;
  const { count } = await client.workflowService.countWorkflowExecutions({
    namespace: client.options.namespace,
    query,
  });
  assert.equal(Number(count), 0);
});

test('workers that start at the same time all find them usable', async () => {
  const client = await bareNamespace();
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => registerSearchAttributes(client, at.log))), [
    true,
    true,
    true,
  ]);
});

test('where they cannot be registered, the log has the commands to do it', async () => {
  const client = new Client({ connection: at.client.connection, namespace: 'there-is-no-such-namespace' });
  const { log, lines } = linesOf();
  assert.equal(await registerSearchAttributes(client, log), false);
  assert.deepEqual(lines.at(-1)?.['commands'], [
    'temporal operator search-attribute create --namespace there-is-no-such-namespace --name SluiceWorkspace --type Keyword',
    'temporal operator search-attribute create --namespace there-is-no-such-namespace --name SluiceTier --type Keyword',
    'temporal operator search-attribute create --namespace there-is-no-such-namespace --name SluiceLimit --type Int',
  ]);
});
