import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { setTimeout as wait } from 'node:timers/promises';
import { SEARCH_ATTRIBUTES } from '../../domain/names.ts';
import type { Log } from '../../process/log.ts';

const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_INT } = proto.temporal.api.enums.v1.IndexedValueType;

const TYPES = [
  { name: SEARCH_ATTRIBUTES.workspace, type: INDEXED_VALUE_TYPE_KEYWORD, shown: 'Keyword' },
  { name: SEARCH_ATTRIBUTES.tier, type: INDEXED_VALUE_TYPE_KEYWORD, shown: 'Keyword' },
  { name: SEARCH_ATTRIBUTES.limit, type: INDEXED_VALUE_TYPE_INT, shown: 'Int' },
] as const;

/** The server's hosts learn of a new attribute within about 10 s; twice that is enough. */
const USABLE_WITHIN_MS = 20_000;
const ASK_AGAIN_MS = 250;

/**
 * Sees to it that the custom search attributes exist, and returns whether they may be used. Where registering is not
 * permitted it logs the commands that register them, and everything works without them. Never throws.
 */
export async function registerSearchAttributes(client: Client, log: Log): Promise<boolean> {
  const { namespace } = client.options;
  const { operatorService } = client.connection;
  let missing: readonly (typeof TYPES)[number][] = TYPES;
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const wrong = TYPES.filter(
      ({ name, type }) => customAttributes[name] !== undefined && customAttributes[name] !== type,
    );
    if (wrong.length > 0) {
      log.warn(
        { namespace, attributes: wrong.map(({ name, shown }) => `${name} should be ${shown}`) },
        'search attributes exist with another type, so they are not used',
      );
      return false;
    }
    missing = TYPES.filter(({ name }) => customAttributes[name] === undefined);
    if (missing.length === 0) return true;
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(({ name, type }) => [name, type])),
    });
    log.info({ namespace, attributes: missing.map(({ name }) => name) }, 'search attributes registered');
    return await becomeUsable(client, log);
  } catch (error) {
    if (await areUsable(client)) return true;
    log.warn(
      { namespace, error, commands: missing.map(({ name, shown }) => command(namespace, name, shown)) },
      'search attributes could not be registered; all works without them, but gates cannot be listed by tier. An operator may run the commands and restart the workers',
    );
    return false;
  }
}

function command(namespace: string, name: string, type: string): string {
  return `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type}`;
}

async function becomeUsable(client: Client, log: Log): Promise<boolean> {
  const deadline = Date.now() + USABLE_WITHIN_MS;
  while (Date.now() < deadline) {
    if (await areUsable(client)) return true;
    await wait(ASK_AGAIN_MS);
  }
  log.warn(
    'search attributes are registered but Temporal does not know them yet; they are used after the next start',
  );
  return false;
}

/** A namespace that has the attributes answers a query that names them; one that has not refuses it. */
async function areUsable(client: Client): Promise<boolean> {
  const query = `${SEARCH_ATTRIBUTES.workspace} = "-" AND ${SEARCH_ATTRIBUTES.tier} = "-" AND ${SEARCH_ATTRIBUTES.limit} = 0`;
  try {
    await client.workflowService.countWorkflowExecutions({ namespace: client.options.namespace, query });
    return true;
  } catch {
    return false;
  }
}
