import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../../src/db/connection/database.ts';
import { cancelExecution } from '../../../src/db/executions/cancel-execution.ts';
import { terminateExecution } from '../../../src/db/executions/terminate-execution.ts';
import { patchWorkspace } from '../../../src/db/workspaces/patch-workspace.ts';
import { pauseWorkspace, resumeWorkspace } from '../../../src/db/workspaces/pause-workspace.ts';
import { putWorkspace } from '../../../src/db/workspaces/put-workspace.ts';
import { type TestDatabase, createTestDatabase } from '../../support/database.ts';
import { enqueueOne } from '../../support/enqueue.ts';
import { type Pick, type RunDeps, SimulatedRun, SimulatedTemporal, picker } from './simulated-gates.ts';

/** `FUZZ_RUNS=2000 FUZZ_SEED=7 node tools/test.mjs test/gate/reservations/properties.test.ts` looks longer, and elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20261128);
const STEPS_A_RUN = 120;

let testDatabase: TestDatabase;
let database: Database;
before(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 4, applicationName: 'test', onError: () => {} });
});
after(async () => {
  await database.close();
  await testDatabase.drop();
});

const RULES = { knownWorkflowTypes: null, maxInputBytes: 1_000 };
const ANYBODY = { source: 'api', by: null } as const;

/**
 * A workspace in a real Postgres, its gate's real state, and a Temporal that is simulated, so that tasks can be lost at will: with the answers that they had from Postgres. Gates are also
 * terminated and continued as new, and workers send what they were frozen with.
 */
class Simulation {
  readonly id: string;
  readonly log: string[] = [];
  readonly ids: string[] = [];
  readonly #deps: RunDeps;
  readonly #pick: Pick;
  #run: SimulatedRun;
  #runs = 1;

  constructor(id: string, pick: Pick) {
    this.id = id;
    this.#pick = pick;
    const temporal = new SimulatedTemporal((executionId) => this.#statusOf(executionId));
    this.#deps = { database, temporal, pick, frozen: [] };
    this.#run = new SimulatedRun(`${id}/1`, { workspaceId: id }, this.#deps);
  }

  get temporal(): SimulatedTemporal {
    return this.#deps.temporal;
  }

  async step(): Promise<void> {
    const pick = this.#pick;
    const what = pick(24);
    if (what < 4) return await this.#enqueue();
    if (what < 9) return this.#endOne();
    if (what === 9) return await this.#ask('cancel', cancelExecution);
    if (what === 10) return await this.#ask('terminate', terminateExecution);
    if (what === 11) return await this.#resize();
    if (what === 12) return await this.#pause();
    if (what === 13) return await this.#takeOver();
    if (what === 14) return this.#continueAsNew();
    if (what === 15) return await this.#thaw();
    this.#say('task');
    if (what > 18 && !this.#run.hasJobs) return;
    await this.#run.task({ isLost: pick(4) === 0 });
  }

  /** Everything is let go on until there is nothing left to do. */
  async settle(): Promise<void> {
    await resumeWorkspace(database, this.id, { ...ANYBODY, reason: null });
    for (let round = 0; round < 400; round++) {
      await this.#thaw();
      for (const id of this.temporal.open) this.temporal.end(id);
      this.#run.hear({ kind: 'wake' });
      await this.#run.task({ isLost: false });
      const { rows } = await database.pool.query(
        'select running + pending as work from workspaces where id = $1',
        [this.id],
      );
      if (rows[0].work === 0 && this.temporal.open.length === 0) return;
    }
    throw new Error('it does not come to an end');
  }

  #say(what: string): void {
    this.log.push(what);
  }

  async #statusOf(executionId: string): Promise<string> {
    const { rows } = await database.pool.query('select status from all_executions where id = $1', [
      executionId,
    ]);
    return rows[0].status;
  }

  async #enqueue(): Promise<void> {
    const times = 1 + this.#pick(4);
    this.#say(`enqueue ${times}`);
    for (let n = 0; n < times; n++)
      this.ids.push((await enqueueOne(database, { workspaceId: this.id, input: '1' }, RULES)).execution.id);
    this.#run.hear({ kind: 'wake' });
  }

  #endOne(): void {
    const { open } = this.temporal;
    const id = open[this.#pick(Math.max(1, open.length))];
    if (id === undefined) return;
    this.#say(`end ${this.ids.indexOf(id) + 1}`);
    this.temporal.end(id);
  }

  async #ask(what: string, ask: typeof cancelExecution): Promise<void> {
    const n = this.#pick(Math.max(1, Math.min(this.ids.length, 12)));
    const id = this.ids.at(-1 - n);
    if (id === undefined) return;
    const { effect } = await ask(database, this.id, id);
    this.#say(`${what} ${this.ids.indexOf(id) + 1}: ${effect}`);
    this.#run.hear({ kind: 'wake' });
  }

  async #resize(): Promise<void> {
    const limitOverride = 1 + this.#pick(5);
    this.#say(`limit ${limitOverride}`);
    await patchWorkspace(database, this.id, { limitOverride });
    if (this.#pick(2) === 0) this.#run.hear({ kind: 'wake' });
  }

  async #pause(): Promise<void> {
    this.#say('pause or resume');
    if (this.#pick(2) === 0) await pauseWorkspace(database, this.id, { reason: 'r', until: null }, ANYBODY);
    else await resumeWorkspace(database, this.id, { ...ANYBODY, reason: null });
    if (this.#pick(2) === 0) this.#run.hear({ kind: 'wake' });
  }

  /** Its children go on, and their ends go to nobody. */
  async #takeOver(): Promise<void> {
    this.#say('terminate the gate');
    if (this.#pick(2) === 0) await this.#run.task({ isLost: true });
    this.#next({ workspaceId: this.id });
  }

  #continueAsNew(): void {
    this.#say('continue as new');
    this.#next(this.#run.state().nextInput({ workspaceId: this.id }));
  }

  #next(input: ConstructorParameters<typeof SimulatedRun>[1]): void {
    this.#run.isOver = true;
    this.#run = new SimulatedRun(`${this.id}/${++this.#runs}`, input, this.#deps);
  }

  async #thaw(): Promise<void> {
    this.#say('a frozen worker goes on');
    for (const send of this.#deps.frozen.splice(0)) await send();
  }
}

/** As the audit judges it: the n-th of those open, by their admission, was admitted under a limit of at least n. */
async function requireCap({ id, temporal }: Simulation): Promise<void> {
  const { rows } = await database.pool.query<{ id: string; seq: number; limit: number }>(
    'select id, seq::integer as seq, limit_at_admission as "limit", admitted_at, closed_at, status, started_ahead from (select id, workspace_id, seq, limit_at_admission, admitted_at, null::timestamptz as closed_at, status, started_ahead from executions union all select id, workspace_id, seq, limit_at_admission, admitted_at, closed_at, status, started_ahead from ended_executions) as every where workspace_id = $1 and admitted_at is not null',
    [id],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { executionId, open } of temporal.openings) {
    const holders = open.map((one) => {
      const row = byId.get(one);
      assert.ok(row, `execution ${one} was opened and has an admission`);
      return row;
    });
    holders.sort((a, b) => a.seq - b.seq);
    for (const [index, { limit }] of holders.entries()) if (limit <= index) console.log(executionId, holders);
    for (const [index, { seq, limit }] of holders.entries())
      assert.ok(
        limit > index,
        `at the start of ${executionId}, seq ${seq} is number ${index + 1} under a limit of ${limit}`,
      );
  }
}

async function requireOrder({ id }: Simulation): Promise<void> {
  const { rows } = await database.pool.query<{ seq: number }>(
    "select seq::integer as seq from events where workspace_id = $1 and kind = 'admitted' order by number",
    [id],
  );
  const seqs = rows.map(({ seq }) => seq);
  assert.deepEqual(
    seqs,
    seqs.toSorted((a, b) => a - b),
    'admissions are in the order of the queue',
  );
}

async function requireCounters({ id }: Simulation): Promise<void> {
  const { rows } = await database.pool.query(
    `select w.running, w.pending, w.pending_bytes::integer as bytes, w.last_event::integer as told, e.numbers
     from workspaces w, (select count(*)::integer as numbers from events where workspace_id = $1) e where w.id = $1`,
    [id],
  );
  assert.deepEqual(rows, [
    { running: 0, pending: 0, bytes: 0, told: rows[0].numbers, numbers: rows[0].numbers },
  ]);
}

test('whatever is lost, late or taken over: no start beyond the limit or out of order, none of what has ended, none twice', async () => {
  for (let n = 0; n < RUNS; n++) {
    const seed = SEED + n;
    const simulation = new Simulation(`ws-${n}`, picker(seed * 2_654_435_761));
    await putWorkspace(
      database,
      simulation.id,
      { tier: 'pro', limitOverride: 3, workers: 'pool' },
      { maxWorkspaces: 1_000 },
    );
    try {
      for (let step = 0; step < STEPS_A_RUN; step++) await simulation.step();
      await simulation.settle();
      for (const { executionId, status } of simulation.temporal.startedAs)
        assert.ok(
          ['pending', 'running'].includes(status),
          `${executionId} was started when it was ${status}`,
        );
      await requireCap(simulation);
      await requireOrder(simulation);
      await requireCounters(simulation);
    } catch (error) {
      console.log(`FUZZ_SEED=${seed} FUZZ_RUNS=1\n${simulation.log.join('\n')}`);
      throw error;
    }
  }
});
