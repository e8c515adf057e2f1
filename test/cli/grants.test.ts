import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sluice } from '../support/processes/sluice-command.ts';
import { type Callers, enqueue, openCallers } from '../sql/callers.ts';

let callers: Callers;
before(async () => (callers = await openCallers()));
after(() => callers.close());

const command = (...args: string[]) => sluice(args, { DATABASE_URL: callers.url });
const grants = (...args: string[]) => command('grants', ...args);

test('a role enqueues once it is granted a workspace, the list says so, and after a removal it is refused', async () => {
  const role = await callers.role('shop');
  const session = await role.connect();
  await assert.rejects(enqueue(session, `'acme', 'x'`), { code: '42501' });
  const added = await grants('add', role.name, 'acme', '--right', 'enqueue', '--right', 'put-workspaces');
  assert.deepEqual(
    [added.code, added.stdout],
    [0, `${role.name}  acme  enqueue: granted\n${role.name}  acme  put-workspaces: granted\n`],
    added.stderr,
  );
  await enqueue(session, `'acme', 'x'`);
  await session.query(`select sluice.put_workspace('acme', 'enterprise')`);
  assert.match((await grants('add', role.name, 'acme')).stdout, /was granted before/);
  const { stdout } = await grants('list');
  assert.match(stdout, new RegExp(`^${role.name}  acme  enqueue  \\S+Z$`, 'm'));
  assert.match(stdout, new RegExp(`^${role.name}  acme  put-workspaces  \\S+Z$`, 'm'));
  assert.equal((await grants('remove', role.name, 'acme')).code, 0);
  await assert.rejects(enqueue(session, `'acme', 'x'`), { code: '42501' });
  assert.equal((await grants('remove', role.name, 'acme')).code, 1, 'there is none any more');
  const { rows } = await callers.database.pool.query(
    `select act::text, source::text, workspace_id, "from", "to" from changes where act in ('role_granted', 'role_revoked') order by id`,
  );
  const of = { source: 'command line', workspace_id: 'acme' };
  assert.deepEqual(rows, [
    { act: 'role_granted', ...of, from: null, to: { role: role.name, right: 'enqueue' } },
    { act: 'role_granted', ...of, from: null, to: { role: role.name, right: 'put_workspace' } },
    { act: 'role_revoked', ...of, from: { role: role.name, right: 'enqueue' }, to: null },
  ]);
});

test('the list says which grants have no effect, and a grant of a role that is gone can be removed', async () => {
  await callers.asOwner(`insert into sluice.role_grants values ('gone', '*', 'enqueue')`);
  assert.match(
    (await grants('list')).stdout,
    /^gone {2}\* {2}enqueue {2}\S+ {2}there is no such role: remove it$/m,
  );
  assert.equal((await grants('remove', 'gone', '*')).code, 0);
});

test('what cannot be granted is refused by name, and nothing is written', async () => {
  const { name } = await callers.role('other');
  const refused: [string[], RegExp, 1 | 2][] = [
    [[], /There is no `sluice grants `/, 2],
    [['add', name], /Give one role and one workspace/, 2],
    [['add', name, 'acme', 'globex'], /Give one role and one workspace/, 2],
    [['add', name, 'a.b'], /neither the id of a workspace/, 2],
    [['add', name, 'acme', '--right', 'put_workspace'], /is none of enqueue, put-workspaces/, 2],
    [['add', name, 'nowhere'], /WorkspaceNotFoundError/, 1],
    [['add', 'nobody', 'acme'], /RoleNotFoundError: Postgres has no role nobody/, 1],
  ];
  for (const [args, says, ends] of refused) {
    const { code, stderr } = await grants(...args);
    assert.equal(code, ends, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, says);
  }
  assert.doesNotMatch((await grants('list')).stdout, new RegExp(name));
});

test('a role that does not own the functions grants nothing', async () => {
  const application = await callers.role('application');
  const target = await callers.role('target');
  await callers.asOwner(
    `grant usage on schema sluice to ${application.name}`,
    `grant all on all tables in schema sluice to ${application.name}`,
    `grant all on all sequences in schema sluice to ${application.name}`,
  );
  const url = Object.assign(new URL(callers.url), {
    username: application.name,
    password: 'a-password',
  }).toString();
  const { code, stderr } = await sluice(['grants', 'add', target.name, 'acme'], { DATABASE_URL: url });
  assert.equal(code, 1);
  assert.match(stderr, /NotTheOwnerError: .*as the owner of the schema sluice/);
  assert.doesNotMatch((await grants('list')).stdout, new RegExp(target.name));
});

test('notify-inbox throws the switch, and database says where it is', async () => {
  const notifies = async () =>
    (await callers.database.pool.query<{ on: boolean }>('select inbox_notify as on from deployment')).rows[0]!
      .on;
  assert.equal((await command('notify-inbox', 'on')).code, 0);
  assert.equal(await notifies(), true);
  assert.equal((await command('notify-inbox', 'off')).code, 0);
  assert.equal(await notifies(), false);
  assert.equal((await command('notify-inbox')).code, 2);
  assert.equal((await command('database')).stdout, `${callers.url}\n`);
});
