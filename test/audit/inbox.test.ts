import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { checkDurable, checkDurableWithoutWorkspace, durableCheck } from '../../src/audit/checks/durable.ts';
import { checkEvents } from '../../src/audit/checks/events.ts';
import { checkFifo } from '../../src/audit/checks/fifo.ts';
import { checkOnce } from '../../src/audit/checks/once.ts';
import { isoOf } from '../../src/audit/record/micros.ts';
import type { AcceptedAnswer } from '../../src/audit/audit-deployment.ts';
import type {
  AuditedEvent,
  ExecutionRecord,
  WorkspaceRecord,
} from '../../src/audit/record/workspace-record.ts';
import { watchInbox } from '../../src/audit/read/stuck-in-inbox.ts';
import { readWorkspaceRows } from '../../src/db/audit/read-workspace-rows.ts';
import { openTestDatabase, type OpenTestDatabase } from '../support/database.ts';
import { insertRejected, insertWorkspace } from '../support/rows.ts';
import { admitted, at, execution, workspace } from './records.ts';

const rejected = (fields: Partial<ExecutionRecord> = {}) =>
  execution(0, {
    id: 'r',
    seq: null,
    status: 'rejected',
    createdAt: at(3),
    closedAt: at(3),
    movedAt: at(3),
    failureType: 'QueueFull',
    ...fields,
  });

const inboxRow = (id: string) => ({ id, workspaceId: 'ws', at: at(1) });
const named = (breaches: readonly { readonly executionIds: readonly string[] }[]) =>
  breaches.flatMap(({ executionIds }) => executionIds);

test('FIFO: a rejected execution has no seq, no admission, no run and no key, and says why', () => {
  const breaches = (fields: Partial<ExecutionRecord>) =>
    checkFifo(workspace([admitted(1, { admitted: 1, closed: 2 }), rejected(fields)], { lastSeq: 9 }))
      .breaches;
  assert.deepEqual(breaches({}), []);
  for (const [fields, wrong] of [
    [{ seq: 2 }, /has seq 2/],
    [{ admittedAt: at(2) }, /was admitted at/],
    [{ runId: 'run' }, /has run run/],
    [{ idempotencyKey: 'k' }, /holds the key "k"/],
    [{ failureType: null }, /does not say why/],
  ] as const) {
    const [breach] = breaches(fields);
    assert.deepEqual(breach?.executionIds, ['r']);
    assert.match(breach.what, wrong);
  }
});

test('ONCE: what waits in the inbox is no execution, and an alias is none and stands for one', () => {
  const breaches = (fields: Partial<WorkspaceRecord>) =>
    named(checkOnce(workspace([execution(1)], fields)).breaches);
  assert.deepEqual(breaches({ inbox: [inboxRow('i')], aliases: [{ id: 'a', executionId: 'e-1' }] }), []);
  assert.deepEqual(breaches({ inbox: [inboxRow('e-1')] }), ['e-1']);
  assert.deepEqual(breaches({ aliases: [{ id: 'e-1', executionId: 'e-1' }] }), ['e-1']);
  assert.deepEqual(breaches({ inbox: [inboxRow('a')], aliases: [{ id: 'a', executionId: 'e-1' }] }), ['a']);
  const dangling = [{ id: 'a', executionId: 'gone' }];
  assert.deepEqual(breaches({ aliases: dangling }), ['a']);
  assert.deepEqual(breaches({ aliases: dangling, keptSince: at(1) }), [], 'retention may have dropped it');
});

const answer: AcceptedAnswer = { workspaceId: 'ws', executionId: 'x', status: 'committed', at: isoOf(at(5)) };

test('DURABLE: what a committed transaction asked for is a row, an alias of one, or in the inbox', () => {
  const breaches = (fields: Partial<WorkspaceRecord>, more: Partial<AcceptedAnswer> = {}) =>
    checkDurable(workspace([execution(1, { idempotencyKey: 'k' }), rejected()], fields), [
      { ...answer, ...more },
    ]).breaches.length;
  assert.equal(breaches({}), 1, 'lost');
  assert.equal(breaches({}, { executionId: 'e-1', key: 'k' }), 0);
  assert.equal(breaches({}, { executionId: 'e-1', key: 'other' }), 1);
  assert.equal(breaches({}, { executionId: 'r', key: 'k' }), 0, 'a rejected one has given up its key');
  assert.equal(breaches({ inbox: [inboxRow('x')] }, { key: 'k' }), 0);
  const aliases = [{ id: 'x', executionId: 'e-1' }];
  assert.equal(breaches({ aliases }, { key: 'k' }), 0);
  assert.equal(breaches({ aliases }, { key: 'other' }), 1, 'of another key');
  assert.equal(breaches({ aliases: [{ id: 'x', executionId: 'gone' }] }), 1);
  assert.equal(breaches({ aliases }, { status: 202 }), 1, 'HTTP answers with the row itself');
});

test('DURABLE: what a transaction asked for that was rolled back is nowhere', () => {
  const breaches = (executionId: string) =>
    checkDurable(
      workspace([execution(1)], { inbox: [inboxRow('i')], aliases: [{ id: 'a', executionId: 'e-1' }] }),
      [{ ...answer, executionId, status: 'rolled-back' }],
    ).breaches.map(({ what }) => what);
  assert.deepEqual(breaches('x'), []);
  for (const id of ['e-1', 'i', 'a'])
    assert.deepEqual(breaches(id), [`Execution ${id} was rolled back at ${isoOf(at(5))}, but it is there.`]);
  const gone = { ...answer, workspaceId: 'gone' };
  assert.equal(checkDurableWithoutWorkspace([gone, { ...gone, status: 'rolled-back' }]).breaches.length, 1);
});

test('DURABLE: what stays in the inbox is a breach; what waits there is counted', () => {
  const check = durableCheck();
  const rules = { accepted: null, graceSeconds: 60, maxIdleSlotSeconds: 60 };
  assert.deepEqual(check.checkWorkspace(workspace([], { inbox: [inboxRow('i')] }), rules).breaches, []);
  const stuck = check.checkDeployment!({
    deployment: 'ours',
    namespace: 'shared',
    straysOfUnknown: new Map(),
    acceptedOfUnknown: [],
    foreignGates: [],
    stuckInInbox: [inboxRow('i')],
  });
  assert.deepEqual(named(stuck), ['i']);
  assert.equal(check.measured(rules), '0 rows, and 1 in the inbox; no client log given');
});

test('EVENTS: a rejected execution has its end and nothing else', () => {
  const told = (...kinds: AuditedEvent['kind'][]) =>
    checkEvents(
      workspace([rejected()], {
        lastEvent: kinds.length,
        events: kinds.map((kind, index) => ({
          number: index + 1,
          kind,
          at: kind === 'workspace_changed' ? at(1) : at(3),
          executionId: kind === 'workspace_changed' ? null : 'r',
          seq: null,
          status: kind === 'workspace_changed' ? null : kind === 'ended' ? 'rejected' : 'pending',
        })),
      }),
    ).breaches.length;
  assert.equal(told('workspace_changed', 'ended'), 0);
  assert.equal(told('workspace_changed'), 1, 'nobody was told');
  assert.equal(told('workspace_changed', 'accepted', 'ended'), 1);
});

let opened: OpenTestDatabase;
before(async () => (opened = await openTestDatabase({ poolSize: 2 })));
after(() => opened.close());

async function insertInbox(workspaceId: string, secondsAgo: number, kind = 'enqueue'): Promise<string> {
  const id = uuidv7();
  await opened.database.pool.query(
    `insert into inbox (id, workspace_id, kind, workflow_type, "by", at)
     values ($1, $2, $3, 't', 'role:shop', clock_timestamp() - make_interval(secs => $4))`,
    [id, workspaceId, kind, secondsAgo],
  );
  return id;
}

test('the audit reads what waits in the inbox of a workspace, and its aliases, with its rows', async () => {
  const { database } = opened;
  for (const id of ['read', 'other']) await insertWorkspace(database.pool, id);
  const ids = [await insertInbox('read', 0), await insertInbox('read', 0)];
  await insertInbox('read', 0, 'put_workspace');
  await insertInbox('other', 0);
  const refused = await insertRejected(database.pool, 'read');
  await database.pool.query(
    'insert into execution_aliases (workspace_id, id, execution_id) values ($1, $2, $3)',
    ['read', ids[0], refused],
  );
  const { inbox, aliases, executions } = await readWorkspaceRows(database, 'read');
  assert.deepEqual(
    inbox.map(({ id }) => id),
    ids,
  );
  assert.deepEqual(aliases, [{ id: ids[0], executionId: refused }]);
  assert.deepEqual(
    executions.map(({ id, seq, status, failureType }) => [id, seq, status, failureType]),
    [[refused, null, 'rejected', 'QueueFull']],
  );
});

test('what was asked for long ago is stuck once it has been in the inbox for as long as the bound, and not before', async () => {
  const { database } = opened;
  const [stuck, late, young] = [
    await insertInbox('slow', 3_600),
    await insertInbox('slow', 3_600),
    await insertInbox('slow', 0),
  ];
  const beganMs = performance.now();
  const watch = await watchInbox(database, 2);
  const found = watch.stuck();
  // Its transaction had been open for an hour, and somebody sequences it within the bound.
  await database.pool.query('delete from inbox where id = $1', [late]);
  assert.deepEqual(
    (await found).map(({ id, workspaceId }) => [id, workspaceId]),
    [[stuck, 'slow']],
  );
  assert.ok(performance.now() - beganMs >= 2_000);
  await database.pool.query('delete from inbox where id = any($1::uuid[])', [[stuck, young]]);
  assert.deepEqual(await watch.stuck(), []);
});
