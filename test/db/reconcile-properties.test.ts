import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { EnqueueGroups } from '../../src/enqueue/groups/enqueue-groups.ts';
import type { EnqueueAnswer } from '../../src/enqueue/enqueue-outcome.ts';
import { cancelExecution } from '../../src/db/executions/cancel-execution.ts';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { enqueueExecutions } from '../../src/enqueue/enqueue-executions.ts';
import type { Asked } from '../../src/enqueue/place-requests.ts';
import { advanceSchedule } from '../../src/db/schedule/advance-schedule.ts';
import { changeTier } from '../../src/db/tiers/change-tier.ts';
import { patchWorkspace } from '../../src/db/workspaces/patch-workspace.ts';
import { putWorkspace } from '../../src/db/workspaces/put-workspace.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { CLOSE_STATUSES } from '../../src/domain/status.ts';
import { DEFAULT_TIER_CONFIGS, TIERS, type Tier, type TierConfigs } from '../../src/domain/tier.ts';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';
import { accepted, enqueueRequest } from '../support/enqueue.ts';
import { type ModelState, type Operation, perform } from './workspace-model.ts';

/** `FUZZ_RUNS=2000 FUZZ_SEED=7 node tools/test.mjs test/db/reconcile-properties.test.ts` looks longer, and elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 40);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20261123);
const COMMANDS_A_RUN = 30;

/** Each run begins with these. */
const TIER_CONFIGS: TierConfigs = {
  ...DEFAULT_TIER_CONFIGS,
  pro: {
    ...DEFAULT_TIER_CONFIGS.pro,
    limit: 2,
    maxDurationSeconds: 60,
    maxPending: 6,
    maxPendingBytes: 2 ** 30,
  },
  enterprise: {
    ...DEFAULT_TIER_CONFIGS.enterprise,
    limit: 5,
    maxDurationSeconds: 60,
    maxPending: 9,
    maxPendingBytes: 2 ** 30,
  },
};
const maxPending = (tier: Tier) => TIER_CONFIGS[tier].maxPending;

let testDatabase: TestDatabase;
let database: Database;
/** Of two API processes. */
let groups: EnqueueGroups<Asked, EnqueueAnswer>[];
let others: Database;
before(async () => {
  testDatabase = await createTestDatabase();
  const open = () =>
    openDatabase({ url: testDatabase.url, poolSize: 8, applicationName: 'test', onError: () => {} });
  [database, others] = [open(), open()];
  groups = [database, others].map(
    (of) =>
      new EnqueueGroups<Asked, EnqueueAnswer>({
        write: (asked, whenHeld) => enqueueExecutions(of, asked, whenHeld),
        bytesOf: () => 1,
      }),
  );
});
after(async () => {
  await Promise.all([database.close(), others.close()]);
  await testDatabase.drop();
});

/** A row as far as nothing may change once it has ended. */
interface Fact {
  readonly id: string;
  readonly seq: number | null;
  readonly status: string;
  readonly admitted: boolean;
  readonly mayBeAdmitted: boolean;
  readonly end: string;
}

/** The workspace in Postgres: in the model's form to compare, and as facts for what must hold whatever the model says. */
interface Snapshot {
  readonly state: ModelState;
  readonly lastSeq: number;
  readonly facts: readonly Fact[];
}

/** As they are asked for, both far enough ahead. */
const DAY_MS = 24 * 3600 * 1000;
const LATER = new Date(Date.now() + 200 * DAY_MS).toISOString();
const LATER_STILL = new Date(Date.now() + 300 * DAY_MS).toISOString();
/** Times that have come are so many seconds after this one. */
const PAST = '2020-01-01T00:00:00Z';

/** Moves times of executions into the past: the model's clock. */
async function letTimePass(
  workspaceId: string,
  startAfter: readonly { id: string; n: number }[],
  startBefore: readonly string[],
): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await client.query('select from workspaces where id = $1 for update', [workspaceId]);
    await client.query(
      `update executions e set start_after = '${PAST}'::timestamptz + make_interval(secs => v.seconds)
       from unnest($1::uuid[], $2::integer[]) as v (id, seconds) where e.id = v.id and e.status = 'scheduled'`,
      [startAfter.map(({ id }) => id), startAfter.map(({ n }, index) => index * 1_000 + n)],
    );
    await client.query(
      `update executions set start_before = '2021-01-01T00:00:00Z' where id = any($1) and start_before is not null
         and (status = 'pending' or status = 'scheduled' and start_after < clock_timestamp())`,
      [startBefore],
    );
    await client.query('commit');
  } finally {
    client.release();
  }
}

class RealWorkspace {
  readonly id: string;
  /** In the order in which they were made. */
  ids: readonly string[] = [];
  /** What was asked for, a line for each command: fast-check cannot print what was picked as it went. */
  readonly log: string[] = [];

  constructor(id: string) {
    this.id = id;
  }

  async perform(operation: Operation): Promise<unknown> {
    try {
      return await this.#answerTo(operation);
    } catch (error) {
      if (
        error instanceof Error &&
        /^(IdempotencyKeyReused|InvalidAttribute|NoFreeSlot|QueueFull)Error$/.test(error.name)
      )
        return { error: error.name };
      throw error;
    }
  }

  async #answerTo(operation: Operation): Promise<unknown> {
    const idOf = (n: number) => this.ids[n - 1]!;
    const numberOf = (id: string) => this.ids.indexOf(id) + 1;
    switch (operation.kind) {
      case 'enqueue': {
        const { key, input, ifBusy, later, before } = operation;
        const attributes =
          later || before
            ? { ...(later && { startAfter: LATER }), ...(before && { startBefore: LATER_STILL }) }
            : null;
        const request = enqueueRequest({
          workspaceId: this.id,
          input,
          idempotencyKey: key,
          ifBusy,
          attributes,
        });
        const rules = { maxInputBytes: 100, knownWorkflowTypes: null };
        const outcome = await groups[operation.process]!.join(this.id, { request, rules });
        const { kind, execution } = accepted(outcome);
        return { seq: execution.seq, repeated: kind === 'repeated' };
      }
      case 'cancel':
        return { effect: (await cancelExecution(database, this.id, idOf(operation.n))).effect };
      case 'time-passes':
        await letTimePass(
          this.id,
          operation.startAfter.map((n) => ({ id: idOf(n), n })),
          operation.startBefore.map(idOf),
        );
        return 'passed';
      case 'advance': {
        const { entered, expired } = await advanceSchedule(database, this.id);
        return {
          entered: entered.map(({ executionId }) => numberOf(executionId)),
          expired: expired.map(({ executionId }) => numberOf(executionId)).sort((a, b) => a - b),
        };
      }
      case 'change-tier': {
        const { tier, limit } = operation;
        const { isRaised } = await changeTier(database, tier, { ...TIER_CONFIGS[tier], limit });
        return { isRaised };
      }
      case 'change':
        return {
          change: (await patchWorkspace(database, this.id, operation.patch)).change,
        };
      case 'reconcile': {
        const { known, started, closed, cancelsDelivered, wishes, claim, startsAtMost } = operation;
        const answer = await reconcileWorkspace(
          database,
          {
            workspaceId: this.id,
            known: known.map(idOf),
            started: started.map((n) => ({ executionId: idOf(n), runId: `run-${n}` })),
            closed: closed.map(({ n, status }) => ({
              executionId: idOf(n),
              closedAt: new Date().toISOString(),
              outcome: { status, result: null, resultOmitted: null, failure: null },
            })),
            cancelsDelivered: cancelsDelivered.map(idOf),
            overrideWishes: wishes.map((request) => ({ ...request, key: `${this.id}/${request.key}` })),
            claim,
            ...(startsAtMost !== null && { startsAtMost }),
          },
          { gateRunId: 'run', verifyAfterSeconds: 3600 },
        );
        const { tier, limit, running, pending, claims, more, startsHeldBack } = answer;
        const admitted = answer.admitted.map(({ seq, next, input, cancelRequested }) => ({
          seq,
          next,
          input,
          cancelRequested,
        }));
        const cancel = answer.cancel.map(numberOf);
        return {
          tier,
          limit,
          running,
          pending,
          claimed: claims.length,
          admitted,
          cancel,
          more,
          startsHeldBack,
        };
      }
      default:
        throw new Error(`unknown operation ${operation satisfies never}`);
    }
  }

  async snapshot(): Promise<Snapshot> {
    const { rows } = await database.pool.query<{
      state: ModelState;
      last_seq: string;
      facts: Fact[] | null;
      bytes_off: string;
      overlooked: number;
    }>(
      `select w.last_seq,
         json_build_object('tierLimits', (select json_object_agg(name, "limit" order by name) from tiers), 'tier', w.tier, 'limitOverride', w.limit_override, 'limitInForce', w.limit_in_force,
           'scheduled', w.scheduled, 'pending', w.pending, 'running', w.running,
           'rows', coalesce(e.rows, '[]'), 'limitChanges', coalesce(c.rows, '[]')) as state,
         coalesce(e.facts, '[]') as facts, abs(w.pending_bytes - coalesce(e.pending_bytes, 0)) + abs(w.scheduled_bytes - coalesce(e.scheduled_bytes, 0)) as bytes_off,
         (select count(*)::integer from all_executions where workspace_id = w.id
           and (status = 'pending' and seq <= w.claimed_through_seq and coalesce(start_before > clock_timestamp(), true) or status = 'running' and seq < w.oldest_running_seq)) as overlooked
       from workspaces w,
         lateral (select
             json_agg(json_build_object('seq', seq, 'status', status, 'key', idempotency_key, 'input', input,
               'startAfter', case when start_after > clock_timestamp() then '"later"'::json else to_json(extract(epoch from start_after - '${PAST}')::bigint) end,
               'startBefore', case when start_before > clock_timestamp() then 'later' when start_before is not null then 'passed' end,
               'startRecorded', run_id is not null, 'cancelRequested', cancel_requested_at is not null,
               'cancelDelivered', cancel_delivered_at is not null) order by created_at, id) as rows,
             json_agg(json_build_object('id', id, 'seq', seq, 'status', status, 'admitted', admitted_at is not null,
               'mayBeAdmitted', status = 'pending' and coalesce(start_before > clock_timestamp(), true),
               'end', concat_ws('|', status, closed_at, result, failure_type, failure_message)) order by created_at, id) as facts,
             sum(octet_length(input)) filter (where status = 'pending') as pending_bytes,
             sum(octet_length(input)) filter (where status = 'scheduled') as scheduled_bytes
           from all_executions where workspace_id = w.id) e,
         lateral (select json_agg(json_build_object('source', source, 'tier', tier, 'limitOverride', limit_override,
             'limit', "limit", 'signalKey', split_part(signal_key, '/', 2)) order by id) as rows
           from limit_changes where workspace_id = w.id) c
       where w.id = $1`,
      [this.id],
    );
    const { state, last_seq, facts, bytes_off, overlooked } = rows[0]!;
    assert.equal(Number(bytes_off), 0, 'pending_bytes and scheduled_bytes are what such rows have');
    assert.equal(overlooked, 0, 'no row in the queue or in a slot lies where none is looked for');
    this.ids = facts!.map(({ id }) => id);
    return { state, lastSeq: Number(last_seq), facts: facts! };
  }
}

/** What must hold between two looks at a workspace, said without the model. */
function assertInvariants(earlier: Snapshot, now: Snapshot): void {
  const { state, facts } = now;
  const of = (status: string) => facts.filter((fact) => fact.status === status);
  const running = of('running');
  assert.deepEqual(
    facts.flatMap(({ seq }) => seq ?? []).sort((a, b) => a - b),
    Array.from({ length: now.lastSeq }, (_, index) => index + 1),
    'seq is gapless',
  );
  assert.deepEqual(
    { scheduled: state.scheduled, pending: state.pending, running: state.running },
    { scheduled: of('scheduled').length, pending: of('pending').length, running: running.length },
  );

  const limits = state.limitChanges.slice(earlier.state.limitChanges.length).map(({ limit }) => limit);
  const highest = Math.max(earlier.state.limitInForce, ...limits);
  const ranBefore = new Set(earlier.facts.filter(({ status }) => status === 'running').map(({ id }) => id));
  const claimed = running.filter(({ id }) => !ranBefore.has(id));
  assert.ok(
    claimed.length === 0 || running.length <= highest,
    `CAP: ${running.length} run at limit ${highest}`,
  );

  const seqs = (which: readonly Fact[]) => which.map(({ seq }) => seq!);
  const admitted = seqs(facts.filter((fact) => fact.admitted));
  const pending = seqs(facts.filter((fact) => fact.mayBeAdmitted));
  assert.ok(Math.max(0, ...admitted) < Math.min(Infinity, ...pending), 'FIFO: nobody overtook a pending one');

  for (const [index, was] of earlier.facts.entries()) {
    assert.equal(facts[index]?.id, was.id, 'DURABLE: nothing is lost');
    if (!['scheduled', 'pending', 'running'].includes(was.status))
      assert.equal(facts[index]?.end, was.end, 'ended for good');
    if (was.status === 'running')
      assert.notEqual(facts[index]?.status, 'pending', 'a slot is not taken back');
    if (was.seq !== null) assert.equal(facts[index]?.seq, was.seq, 'a seq is kept');
  }
  assert.equal(
    state.limitChanges.at(-1)?.limit,
    state.limitInForce,
    'the record ends with the limit in force',
  );
  const keys = state.limitChanges.map(({ signalKey }) => signalKey).filter((key) => key !== null);
  assert.equal(new Set(keys).size, keys.length, 'a signal is written once');
}

interface Model {
  snapshot: Snapshot;
  last: readonly Operation[];
}

/** An operation before it is known which executions there are: they are picked from the ones that exist then. */
type Plan = (state: ModelState) => Operation;

/** Sends operations at once, each on a connection of its own, and finds an order that explains all that came back. */
class AtOnce implements fc.AsyncCommand<Model, RealWorkspace> {
  readonly plans: readonly Plan[];

  constructor(plans: readonly Plan[]) {
    this.plans = plans;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: RealWorkspace): Promise<void> {
    const sent = this.operations(model);
    real.log.push(shown(sent));
    const answers = await Promise.all(sent.map((operation) => real.perform(operation)));
    const now = await real.snapshot();
    assertInvariants(model.snapshot, now);
    const told = { answers, state: now.state };
    const orders = permutations(sent.map((_, index) => index)).map((order) =>
      inOrder(model.snapshot.state, sent, order),
    );
    if (!orders.some((explanation) => isDeepStrictEqual(explanation, told)))
      assert.deepEqual(told, orders[0], 'no order of these operations explains what came of them');
    model.snapshot = now;
    model.last = sent;
  }

  operations(model: Model): readonly Operation[] {
    return this.plans.map((plan) => plan(model.snapshot.state));
  }

  toString(): string {
    return `${this.plans.length} at once`;
  }
}

/** What a caller does whose answer was lost. */
class SameAgain extends AtOnce {
  constructor() {
    super([]);
  }

  override operations(model: Model): readonly Operation[] {
    return model.last;
  }

  override toString(): string {
    return 'the same again';
  }
}

function shown(operations: readonly Operation[]): string {
  return JSON.stringify(operations);
}

function inOrder(state: ModelState, operations: readonly Operation[], order: readonly number[]) {
  const answers: unknown[] = [];
  let at = state;
  for (const index of order) {
    const told = perform(at, operations[index]!, maxPending);
    answers[index] = told.answer;
    at = told.state;
  }
  return { answers, state: at };
}

function permutations(of: readonly number[]): number[][] {
  if (of.length <= 1) return [[...of]];
  return of.flatMap((first) => permutations(of.filter((x) => x !== first)).map((rest) => [first, ...rest]));
}

const picks = fc.array(fc.nat(), { maxLength: 4 });
const limitOverride = fc.option(fc.integer({ min: 1, max: 6 }));

const numbersOf = (state: ModelState, indices: readonly number[]) =>
  state.rows.length === 0 ? [] : [...new Set(indices.map((index) => (index % state.rows.length) + 1))];

const enqueue: fc.Arbitrary<Plan> = fc
  .record({
    key: fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
    input: fc.constantFrom('1', '1', '1', '2'),
    ifBusy: fc.constantFrom('queue', 'queue', 'reject'),
    later: fc.constantFrom(false, false, true),
    before: fc.constantFrom(false, false, true),
    process: fc.constantFrom(0, 1),
  })
  .map((fields) => () => ({ kind: 'enqueue', ...fields }));

const cancel: fc.Arbitrary<Plan> = fc.tuple(fc.nat(), enqueue).map(([pick, instead]) => (state) => {
  const [n] = numbersOf(state, [pick]);
  return n === undefined ? instead(state) : { kind: 'cancel', n };
});

/** Nothing else happens meanwhile: no process sets a clock. */
const timePasses: fc.Arbitrary<Plan> = fc
  .record({ startAfter: fc.array(fc.nat(), { maxLength: 6 }), startBefore: picks })
  .map(({ startAfter, startBefore }) => (state) => ({
    kind: 'time-passes',
    startAfter: numbersOf(state, startAfter),
    startBefore: numbersOf(state, startBefore),
  }));

const advance: fc.Arbitrary<Plan> = fc.constant(() => ({ kind: 'advance' }));

const change: fc.Arbitrary<Plan> = fc
  .record({
    patch: fc.record({ tier: fc.constantFrom(...TIERS), limitOverride }, { requiredKeys: [] }),
  })
  .map((fields) => () => ({ kind: 'change', ...fields }));

const changeOfTier: fc.Arbitrary<Plan> = fc
  .record({ tier: fc.constantFrom(...TIERS), limit: fc.integer({ min: 1, max: 6 }) })
  .map((fields) => () => ({ kind: 'change-tier', ...fields }));

/** Reports of every kind, also of rows that have ended or never ran: a gate may be an old one that hears late. */
const reconcile: fc.Arbitrary<Plan> = fc
  .record({
    claim: fc.oneof(
      { weight: 5, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    startsAtMost: fc.option(fc.integer({ min: 0, max: 6 })),
    known: picks,
    started: picks,
    closed: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...CLOSE_STATUSES)), { maxLength: 3 }),
    cancelsDelivered: picks,
    wishes: fc.array(fc.record({ key: fc.constantFrom('s0', 's1', 's2', 's3'), limitOverride }), {
      maxLength: 2,
    }),
  })
  .map((fields) => (state) => {
    const wasAdmitted = (n: number) => !['scheduled', 'pending'].includes(state.rows[n - 1]!.status);
    const closed = new Map(fields.closed.map(([index, status]) => [numbersOf(state, [index])[0], status]));
    closed.delete(undefined);
    return {
      ...fields,
      kind: 'reconcile',
      known: numbersOf(state, fields.known),
      started: numbersOf(state, fields.started).filter(wasAdmitted),
      closed: [...closed].map(([n, status]) => ({ n: n!, status })),
      cancelsDelivered: numbersOf(state, fields.cancelsDelivered).filter(wasAdmitted),
    };
  });

const one = fc
  .oneof(
    { weight: 5, arbitrary: enqueue },
    { weight: 2, arbitrary: cancel },
    { weight: 1, arbitrary: change },
    { weight: 1, arbitrary: changeOfTier },
    { weight: 2, arbitrary: timePasses },
    { weight: 2, arbitrary: advance },
    { weight: 4, arbitrary: reconcile },
  )
  .map((plan) => new AtOnce([plan]));
const burst = fc.array(enqueue, { minLength: 2, maxLength: 5 }).map((plans) => new AtOnce(plans));
/** Two gates that know different things, and others who write meanwhile. */
const crowd = fc
  .tuple(
    reconcile,
    fc.oneof(reconcile, advance),
    fc.oneof(enqueue, cancel, change),
    fc.oneof(enqueue, cancel, advance),
  )
  .map((plans) => new AtOnce(plans));
const again = fc.constant(null).map(() => new SameAgain());

test('whatever is asked of a workspace, in whatever order and at once, leaves what the rules say: CAP, FIFO, DURABLE, RESIZE', async () => {
  let workspaces = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.commands([one, burst, crowd, again], { maxCommands: COMMANDS_A_RUN, size: 'max' }),
      async (commands) => {
        const real = new RealWorkspace(`ws-${++workspaces}`);
        for (const tier of TIERS) await changeTier(database, tier, TIER_CONFIGS[tier]);
        await putWorkspace(
          database,
          real.id,
          { tier: 'pro', limitOverride: null, workers: 'pool' },
          { maxWorkspaces: 1_000_000 },
        );
        const snapshot = await real.snapshot();
        try {
          await fc.asyncModelRun(() => ({ model: { snapshot, last: [] }, real }), commands);
        } catch (error) {
          throw new Error(`it broke at the end of\n${real.log.join('\n')}`, { cause: error });
        }
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
});
