import pg from 'pg';
import { percentile } from '../../src/domain/percentile.ts';
import { steadily } from '../measure/steady.ts';
import { BARE_INSERT, ENQUEUE, INSERT_ORDER, WORKFLOW_TYPE } from './ordering-service.ts';

/** What the process is given, as its one argument in JSON. */
export interface GeneratorSetup {
  readonly databaseUrl: string;
  /** Each is one caller, which has one transaction at a time. */
  readonly connections: number;
}

/** A load, as the process is sent it. */
export interface TransactionLoad {
  /** What each transaction does beside its order: `sluice.enqueue`, or an INSERT of the same row into a table like the inbox. */
  readonly by: 'enqueue' | 'bare INSERT';
  /** Transactions go to them in turn. */
  readonly workspaceIds: readonly string[];
  /** Whether each has an idempotency key, which no other has. */
  readonly keyed: boolean;
  readonly seconds: number;
  /** What is offered by all callers together; null when each begins its next transaction as soon as its last one has ended. */
  readonly perSecond: number | null;
}

/** What the process answers. */
export interface TransactionOutcome {
  readonly committed: number;
  /** From the first BEGIN to the last answer. */
  readonly seconds: number;
  /** From the BEGIN, or from when it was due, to the answer to COMMIT. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const INPUT = JSON.stringify({ order: 'A-1017', items: [3, 1, 4], note: 'x'.repeat(100) });

/** A process of its own, so that its work is not the bench's. Its connections, and the statements that they prepared, serve one load after another. */
async function main([argument]: readonly string[]): Promise<void> {
  const { databaseUrl, connections } = JSON.parse(argument!) as GeneratorSetup;
  const callers = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      return client;
    }),
  );
  process.on('message', (load: TransactionLoad) => {
    void run(callers, load).then(
      (outcome) => process.send!(outcome),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => process.exit(0));
  process.send!('ready');
}

async function run(callers: readonly pg.Client[], load: TransactionLoad): Promise<TransactionOutcome> {
  const took: number[] = [];
  const begunMs = performance.now();
  const untilMs = begunMs + load.seconds * 1000;
  let sent = 0;
  const transact = (client: pg.Client) => {
    const nth = sent++;
    const workspaceId = load.workspaceIds[nth % load.workspaceIds.length]!;
    return order(client, load.by, workspaceId, load.keyed ? `order-${begunMs}-${nth}` : null);
  };
  await Promise.all(
    callers.map(async (client, nth) => {
      if (load.perSecond !== null) {
        const intervalMs = (callers.length * 1000) / load.perSecond;
        await steadily({
          intervalMs,
          phaseMs: (nth * intervalMs) / callers.length,
          goesOn: (calls) => (calls + nth / callers.length) * intervalMs < load.seconds * 1000,
          call: () => transact(client),
          onTook: (ms) => took.push(ms),
        });
        return;
      }
      while (performance.now() < untilMs) {
        const fromMs = performance.now();
        await transact(client);
        took.push(performance.now() - fromMs);
      }
    }),
  );
  return {
    committed: took.length,
    seconds: (performance.now() - begunMs) / 1000,
    p50Ms: percentile(took, 50),
    p99Ms: percentile(took, 99),
  };
}

/** Four round trips, as a service makes them that writes one thing after another. */
async function order(
  client: pg.Client,
  by: TransactionLoad['by'],
  workspaceId: string,
  idempotencyKey: string | null,
): Promise<void> {
  await client.query('begin');
  await client.query({ ...INSERT_ORDER, values: [workspaceId, INPUT] });
  await client.query({
    ...(by === 'enqueue' ? ENQUEUE : BARE_INSERT),
    values: [workspaceId, WORKFLOW_TYPE, INPUT, idempotencyKey],
  });
  await client.query('commit');
}

await main(process.argv.slice(2));
