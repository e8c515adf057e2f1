import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  enqueue,
  ForbiddenError,
  InvalidRequestError,
  NotInTransactionError,
  PayloadTooLargeError,
  ProblemError,
  putWorkspace,
  QueueFullError,
  TierNotFoundError,
  type Transaction,
  WorkflowTypeUnknownError,
} from '../../../packages/client/src/sql/index.ts';
import { ExecutionNotFoundError, WorkspaceNotFoundError } from '../../../packages/client/src/index.ts';
import { onServer } from '../../../src/db/server/on-server.ts';
import { eventually } from '../../support/eventually.ts';
import type { World } from '../../support/world.ts';
import type { echo } from '../../support/workflows/index.ts';
import type { Library, Opened } from './library.ts';

const TIMEOUT_MS = 30_000;

/** What breaks a statement that is put together from texts, in any of the libraries' own ways to mark a value. */
const HOSTILE = `it's $1 ? \\? ?? :name ::text {0} \${x} "q" é\u{1F600} '); drop table orders; --`;

class GoneWrong extends Error {}

/** The same claims for each library, on a database with the whole product around it. */
export function testEach(libraries: readonly Library[], theWorld: () => World): void {
  for (const library of libraries) describe(library.name, () => testOne(library, theWorld));
}

/** A service's own table, and the right to enqueue for whoever connects here. */
export async function prepareDatabase(databaseUrl: string): Promise<void> {
  await onServer(databaseUrl, async (client) => {
    await client.query('create table public.orders (id serial primary key, title text not null)');
    await client.query(`insert into sluice.role_grants (role, workspace_id, "right")
      select session_user, '*', unnest(enum_range(null::sluice.role_right))`);
  });
}

function testOne(library: Library, theWorld: () => World): void {
  let world: World;
  let opened: Opened;
  before(() => {
    world = theWorld();
    opened = library.open(world.config.DATABASE_URL);
  });
  after(() => opened.close());

  const ordersOf = async (title: string): Promise<number> => {
    const { rows } = await world.database.pool.query<{ count: number }>(
      'select count(*)::int as count from public.orders where title like $1',
      [`${title}%`],
    );
    return rows[0]!.count;
  };

  test('a commit makes the execution run, beside the row of the caller', async () => {
    const workspace = await world.workspace();
    const input = { order: HOSTILE, lines: [1, 2.5, null] };
    const enqueued = await opened.transaction(async ({ tx, insertOrder }) => {
      await insertOrder(workspace);
      return enqueue<typeof echo>(tx, 'echo', { workspace, input });
    });
    const handle = world.sluice.executions.handle(enqueued);
    const { args } = (await handle.result({ timeout: TIMEOUT_MS })) as { args: unknown };
    assert.deepEqual([args, await ordersOf(workspace)], [[input], 1]);
    assert.equal((await handle.get()).id, enqueued.id);
  });

  test('a rollback leaves neither the execution nor the row', async () => {
    const workspace = await world.workspace();
    let id = '';
    await assert.rejects(
      opened.transaction(async ({ tx, insertOrder }) => {
        await insertOrder(workspace);
        ({ id } = await enqueue(tx, 'echo', { workspace, input: 1 }));
        await assert.rejects(world.sluice.executions.get(workspace, id), ExecutionNotFoundError);
        throw new GoneWrong();
      }),
      GoneWrong,
    );
    // What is accepted later has passed the place where it would stand.
    const { seq } = (await world.sluice.start('echo', { workspace, input: 2 })).execution;
    assert.equal(seq, 1);
    await assert.rejects(world.sluice.executions.get(workspace, id), ExecutionNotFoundError);
    assert.equal(await ordersOf(workspace), 0);
  });

  test('a rollback to a savepoint leaves what was enqueued before and after it', async () => {
    const workspace = await world.workspace();
    await opened.transaction(async ({ tx, insertOrder, savepoint }) => {
      await insertOrder(`${workspace} before`);
      await enqueue(tx, 'echo', { workspace, reference: 'before' });
      await assert.rejects(
        savepoint(async (inner) => {
          await inner.insertOrder(`${workspace} inside`);
          await enqueue(inner.tx, 'echo', { workspace, reference: 'inside' });
          throw new GoneWrong();
        }),
        GoneWrong,
      );
      await savepoint((inner) => enqueue(inner.tx, 'echo', { workspace, reference: 'kept' }));
      await enqueue(tx, 'echo', { workspace, reference: 'after' });
    });
    await world.sluice.start('echo', { workspace, reference: 'later' });
    const references: (string | null)[] = [];
    for await (const { reference } of world.sluice.executions.list(workspace)) references.push(reference);
    assert.deepEqual(references.reverse(), ['before', 'kept', 'after', 'later']);
    assert.equal(await ordersOf(workspace), 1);
  });

  test('all that a request says of its execution arrives as it was given', async () => {
    const workspace = await world.workspace();
    const now = Math.floor(Date.now() / 1000) * 1000;
    const hours = (count: number) => new Date(now + count * 3_600_000);
    const labels = { 'customer.it': HOSTILE.slice(0, 60) };
    const { id } = await opened.transaction(({ tx }) =>
      enqueue(tx, 'echo', {
        workspace,
        input: null,
        idempotencyKey: 'order-4711',
        reference: HOSTILE,
        labels,
        startAfter: hours(1),
        startBefore: hours(2).toISOString().replace('.000Z', '+00:00'),
        executionTimeout: 60,
        retryPolicy: { maximumAttempts: 3 },
      }),
    );
    const read = await world.sluice.executions.get(workspace, id);
    assert.deepEqual(
      [read.status, read.input, read.reference, read.labels, read.startAfter, read.startBefore],
      ['scheduled', null, HOSTILE, labels, hours(1).toISOString(), hours(2).toISOString()],
    );
    assert.deepEqual([read.executionTimeout, read.retryPolicy?.maximumAttempts], [60, 3]);
  });

  test('a key that stands for an execution gives it, in a later transaction and by HTTP', async () => {
    const workspace = await world.workspace();
    const request = { workspace, input: 1, idempotencyKey: 'order-4711' };
    const once = () => opened.transaction(({ tx }) => enqueue(tx, 'echo', request));
    const { id } = await once();
    const started = await world.sluice.start('echo', request);
    assert.deepEqual([started.id, started.repeated, (await once()).id], [id, true, id]);
  });

  test('putWorkspace makes a workspace with the commit and changes its tier, and a rollback does neither', async () => {
    const workspace = `made-${library.name.replaceAll(/\W/g, '-')}`;
    const put = (tx: Transaction, tier: 'enterprise' | 'pro') => putWorkspace(tx, workspace, tier);
    await assert.rejects(
      opened.transaction(async ({ tx }) => {
        await put(tx, 'pro');
        throw new GoneWrong();
      }),
      GoneWrong,
    );
    await assert.rejects(world.sluice.workspaces.get(workspace), WorkspaceNotFoundError);
    const enqueued = await opened.transaction(async ({ tx }) => {
      await put(tx, 'pro');
      return enqueue(tx, 'echo', { workspace, input: 1 });
    });
    await eventuallyTier(world, workspace, 'pro');
    await world.sluice.executions.handle(enqueued).result({ timeout: TIMEOUT_MS });
    await opened.transaction(({ tx }) => put(tx, 'enterprise'));
    await eventuallyTier(world, workspace, 'enterprise');
  });

  test('a refusal is the error that HTTP gives for it, says what to do and shows no input', async () => {
    const workspace = await world.workspace();
    const refused = async (request: { workspace: string; input?: unknown; reference?: string }) => {
      let error: unknown;
      await opened
        .transaction(({ tx }) => enqueue(tx, 'echo', request))
        .catch((thrown: unknown) => (error = thrown));
      assert.ok(error instanceof ProblemError && error.cause instanceof Error, String(error));
      assert.doesNotMatch(error.message, /secret|select/);
      return error;
    };
    const forbidden = await refused({ workspace: 'unknown', input: 'secret' });
    assert.ok(forbidden instanceof ForbiddenError);
    assert.equal(forbidden.missingRight, 'enqueue');
    const large = await refused({ workspace, input: 'secret'.repeat(1_000_000) });
    assert.ok(large instanceof PayloadTooLargeError, String(large));
    const invalid = await refused({ workspace, reference: 'r'.repeat(10_000), input: 'secret' });
    assert.ok(invalid instanceof InvalidRequestError, String(invalid));
    assert.ok((await refused({ workspace, reference: 'nul \0' })) instanceof InvalidRequestError);
  });

  test('a full queue, a type that no worker has and a tier that there is not are told with their facts', async () => {
    const workspace = await world.workspace({ tier: 'enterprise' });
    const { maxPending } = await world.sluice.tiers.get('enterprise');
    await world.database.pool.query('update workspaces set pending = $2 where id = $1', [
      workspace,
      maxPending,
    ]);
    const full = await opened
      .transaction(({ tx }) => enqueue(tx, 'echo', { workspace }))
      .catch((thrown: unknown) => thrown);
    assert.ok(full instanceof QueueFullError, String(full));
    assert.deepEqual([full.limit, full.pending], [maxPending, maxPending]);
    const other = await world.workspace();
    const unknown = await opened
      .transaction(({ tx }) => enqueue(tx, 'nothingKnown', { workspace: other }))
      .catch((thrown: unknown) => thrown);
    assert.ok(unknown instanceof WorkflowTypeUnknownError, String(unknown));
    assert.equal(unknown.workflowType, 'nothingKnown');
    await assert.rejects(
      opened.transaction(({ tx }) => putWorkspace(tx, other, 'gold' as never)),
      TierNotFoundError,
    );
  });

  test('what is no transaction is refused, and nothing is sent', async () => {
    const workspace = await world.workspace();
    for (const none of opened.noTransactions)
      await assert.rejects(
        enqueue(none as Transaction, 'echo', { workspace, input: 1 }),
        NotInTransactionError,
      );
    const { seq } = (await world.sluice.start('echo', { workspace, input: 2 })).execution;
    assert.equal(seq, 1);
  });
}

async function eventuallyTier(world: World, workspace: string, tier: string): Promise<void> {
  await eventually(async () => assert.equal((await world.sluice.workspaces.get(workspace)).tier, tier));
}
