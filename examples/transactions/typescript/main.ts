// Takes two orders, each in one transaction with the execution that is to fulfil it: one is committed, one is rolled back.
import { randomUUID } from 'node:crypto';
import { ExecutionNotFoundError, Sluice } from '@sluice/client';
import { enqueue, type EnqueuedExecution, type Workflow } from '@sluice/client/sql';
import pg from 'pg';

/** What the workflow takes and returns. A workflow of your own has this type already: `enqueue<typeof fulfilOrder>(...)`. */
type HttpRequest = (input: { method: 'GET'; url: string }) => Promise<{ status: number; body: string }>;

const {
  DATABASE_URL,
  SLUICE_URL = 'http://127.0.0.1:8080',
  SLUICE_WORKSPACE: workspace = 'acme',
  SLUICE_KEY,
  REQUESTED_URL: url = 'http://127.0.0.1:9099/hello',
} = process.env;

const pool = new pg.Pool({ connectionString: DATABASE_URL });
const sluice = new Sluice({ baseUrl: SLUICE_URL, ...(SLUICE_KEY && { apiKey: SLUICE_KEY }) });

await pool.query('create table if not exists shop_orders (id text primary key, item text not null)');

const order = randomUUID();
const enqueued = await inTransaction((tx) => takeOrder(tx, order, 'tea'));
const { status } = await sluice.executions.handle(enqueued).result({ timeout: 60_000 });
console.log(`order ${order} completed with ${status}`);

const lost: EnqueuedExecution<Workflow>[] = [];
await inTransaction(async (tx) => {
  lost.push(await takeOrder(tx, randomUUID(), 'coffee'));
  throw new Error('there is no coffee');
}).catch((error: Error) => console.log(`rolled back: ${error.message}`));
try {
  await sluice.executions.handle(lost[0]).get();
} catch (error) {
  if (!(error instanceof ExecutionNotFoundError)) throw error;
  console.log('its execution does not exist');
}
await pool.end();

async function takeOrder(
  tx: pg.PoolClient,
  id: string,
  item: string,
): Promise<EnqueuedExecution<HttpRequest>> {
  await tx.query('insert into shop_orders (id, item) values ($1, $2)', [id, item]);
  return enqueue<HttpRequest>(tx, 'httpRequest', {
    workspace,
    input: { method: 'GET', url },
    idempotencyKey: `order-${id}`,
  });
}

async function inTransaction<T>(work: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const worked = await work(client);
    await client.query('commit');
    return worked;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
