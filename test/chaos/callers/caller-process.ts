import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { enqueueBySql, putWorkspaceBySql } from '../../support/sql-callers.ts';
import { type Seeded, seeded } from '../faults/seeded.ts';
import { CallerLog } from './caller-log.ts';
import { SHOP } from './shop.ts';
import { nextTransaction, type Order, type PlannedTransaction, type Step } from './transactions.ts';

/** Transactions of one process that are open at once. */
const LANES = 3;

const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MS = 200;

/** Of the answer to a commit, when the server takes it in before its caller is gone. */
const DEATH_DELAY_MAX_MS = 2;

/**
 * A service that writes its own rows and enqueues in the same transactions. Takes DATABASE_URL, NAME (unlike those of all other processes of
 * the run), SEED, PER_SECOND and LOG_FILE; prints `calling` when it does. At SIGTERM it ends its transactions and itself; some of them
 * end it by kill -9.
 */
async function main(): Promise<void> {
  const name = required('NAME');
  const log = new CallerLog(required('LOG_FILE'));
  const stopping = new AbortController();
  process.once('SIGTERM', () => stopping.abort());
  console.log('calling');
  await Promise.all(
    Array.from({ length: LANES }, (_, lane) =>
      call({
        name: `${name}_${lane}`,
        random: seeded(Number(required('SEED')) * LANES + lane),
        everyMs: (1_000 * LANES) / Number(required('PER_SECOND')),
        log,
        signal: stopping.signal,
      }),
    ),
  );
}

interface Lane {
  readonly name: string;
  readonly random: Seeded;
  readonly everyMs: number;
  readonly log: CallerLog;
  readonly signal: AbortSignal;
}

/** One transaction after the other, on one connection for as long as it lives. */
async function call(lane: Lane): Promise<void> {
  const committed: Order[] = [];
  const wait = (ms: number) => delay(ms, undefined, { signal: lane.signal }).catch(() => {});
  let client: pg.Client | null = null;
  for (let serial = 1; !lane.signal.aborted; serial++) {
    client ??= await connect();
    if (client === null) {
      await wait(RECONNECT_MS);
      continue;
    }
    const name = `${lane.name}-${serial}`;
    const planned = nextTransaction(lane.random, { committed, name, nowMs: Date.now() });
    const outcome = await carryOut(client, name, planned, lane);
    if (outcome === 'committed') committed.push(...repeatable(planned));
    if (outcome === 'disconnected') {
      void client.end().catch(() => {});
      client = null;
    }
    await wait(lane.random.whole(0, 2 * lane.everyMs));
  }
  await client?.end().catch(() => {});
}

/** One that is to start before a time may be too late to be asked for again. */
function repeatable({ steps }: PlannedTransaction): Order[] {
  const orders = steps.flatMap((step) => (step.kind === 'order' ? [step.order] : []));
  return orders.filter(({ key, startBeforeMs }) => key !== null && startBeforeMs === null);
}

async function connect(): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: required('DATABASE_URL'),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'caller',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch {
    void client.end().catch(() => {});
    return null;
  }
}

/** Logs before each thing that a kill could keep it from logging after. */
async function carryOut(
  client: pg.Client,
  transaction: string,
  { steps, end, openMs, dies }: PlannedTransaction,
  { log, random, signal }: Lane,
): Promise<'committed' | 'not committed' | 'disconnected'> {
  const die = (where: NonNullable<typeof dies>): never => {
    log.add({ transaction, state: 'kills itself', where });
    process.kill(process.pid, 'SIGKILL');
    // The signal comes at once; nothing else of this process may happen meanwhile.
    for (;;);
  };
  const executionIds: string[] = [];
  try {
    await client.query('begin');
    for (const [nth, step] of steps.entries())
      executionIds.push(...(await take(client, transaction, nth, step)));
    const rows = steps.filter(({ kind }) => kind !== 'undone').length;
    log.add({ transaction, state: 'about to end', end, executionIds, rows });
    await delay(openMs, undefined, { signal }).catch(() => {});
    if (dies === 'before') die('before');
    if (end === 'roll back') {
      await client.query('rollback');
      log.add({ transaction, state: 'rolled back' });
      return 'not committed';
    }
  } catch (error) {
    const { code = null, message } = error as Error & { code?: string };
    const workspaceIds = steps.map((step) =>
      step.kind === 'plan' ? step.workspaceId : step.order.workspaceId,
    );
    log.add({ transaction, state: 'failed', code, message, workspaceIds });
    const isThere = await client.query('rollback').then(
      () => true,
      () => false,
    );
    return isThere ? 'not committed' : 'disconnected';
  }
  const commit = client.query('commit').then(
    ({ command }) => command,
    () => null,
  );
  if (dies === 'at') {
    const ms = random.whole(0, DEATH_DELAY_MAX_MS);
    if (ms > 0) await delay(ms);
    die('at');
  }
  const answer = await commit;
  if (dies === 'after') die('after');
  if (answer === null) {
    log.add({ transaction, state: 'no answer to commit' });
    return 'disconnected';
  }
  log.add({ transaction, state: answer === 'COMMIT' ? 'committed' : 'rolled back' });
  return answer === 'COMMIT' ? 'committed' : 'not committed';
}

/** Writes the caller's own row and what belongs to it. Returns the execution's id. */
async function take(client: pg.Client, transaction: string, nth: number, step: Step): Promise<string[]> {
  switch (step.kind) {
    case 'order':
      return [await place(client, transaction, nth, step.order)];
    case 'undone': {
      await client.query('savepoint undone');
      const id = await place(client, transaction, nth, step.order);
      await client.query('rollback to savepoint undone');
      return [id];
    }
    case 'plan':
      await client.query(`insert into ${SHOP}.plans values ($1, $2, $3)`, [
        transaction,
        step.workspaceId,
        step.tier,
      ]);
      await putWorkspaceBySql(client, step.workspaceId, step.tier);
      return [];
    default:
      throw new Error(`unknown step ${JSON.stringify(step satisfies never)}`);
  }
}

async function place(client: pg.Client, transaction: string, nth: number, order: Order): Promise<string> {
  const { workspaceId, workflowType, input, key, startAfterMs, startBeforeMs } = order;
  const startBefore = startBeforeMs === null ? null : new Date(startBeforeMs);
  const id = await enqueueBySql(client, {
    workspaceId,
    workflowType,
    input,
    idempotencyKey: key,
    startAfter: startAfterMs === null ? null : new Date(startAfterMs),
    startBefore,
  });
  await client.query(
    `insert into ${SHOP}.orders values ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp())`,
    [transaction, nth, workspaceId, id, key, workflowType, input, startBefore],
  );
  return id;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

await main();
