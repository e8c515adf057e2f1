import assert from 'node:assert/strict';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { countMatching } from '../../../src/db/bulk-acts/count-matching.ts';
import { endChunk } from '../../../src/db/bulk-acts/end-chunk.ts';
import { type Chunk, findChunk } from '../../../src/db/bulk-acts/find-chunk.ts';
import type { BulkScope } from '../../../src/db/bulk-acts/scan-matching.ts';
import { takePart } from '../../../src/db/bulk-acts/take-part.ts';
import { LOWEST_ID } from '../../../src/db/executions/id-time.ts';
import { inPipelinedTransaction } from '../../../src/db/connection/pipelined-transaction.ts';
import { findStandIn } from '../../../src/db/inbox/find-stand-in.ts';
import { findAll, findingRecentOf, findRecent } from '../../../src/db/inbox/find-waiting.ts';
import { sequenceOnce } from '../../../src/enqueue/inbox/sequence-once.ts';
import { findAdmissions } from '../../../src/db/audit/find-admissions.ts';
import type { Database } from '../../../src/db/connection/database.ts';
import { readEventsAfter } from '../../../src/db/events/read-events-after.ts';
import { findStart, readNew, readStanding } from '../../../src/db/events/read-events.ts';
import { cancelExecution } from '../../../src/db/executions/cancel-execution.ts';
import { deletePayloads } from '../../../src/db/executions/delete-payloads.ts';
import { readQueue } from '../../../src/db/executions/list/read-queue.ts';
import { findExecution } from '../../../src/db/executions/find-execution.ts';
import { EVERY_EXECUTION, type ExecutionFilter } from '../../../src/db/executions/list/execution-filter.ts';
import { needsScan } from '../../../src/db/executions/list/list-statement.ts';
import { listExecutions } from '../../../src/db/executions/list/list-executions.ts';
import {
  findStartTimesUnknown,
  findWithoutStartTime,
  recordStartTimes,
} from '../../../src/db/executions/record-start-times.ts';
import { findDuePartitions } from '../../../src/db/partitions/find-due-partitions.ts';
import { DAY_MS } from '../../../src/db/partitions/grid.ts';
import { moveNeededPayloads } from '../../../src/db/partitions/move-needed-payloads.ts';
import { reconcileWorkspace } from '../../../src/db/reconcile/reconcile-workspace.ts';
import type { HeldReservation, Reservation } from '../../../src/workflows/gate/contract.ts';
import { countEvents, readNewestEvent } from '../../../src/db/samples/count-events.ts';
import { holdSampler, leaveSampler } from '../../../src/db/samples/hold-sampler.ts';
import { readSlotTimes } from '../../../src/db/samples/read-slot-times.ts';
import { pruneSamples, writeCounters, writeSamples } from '../../../src/db/samples/write-samples.ts';
import {
  listWorkspaceNumbers,
  type NumbersPlace,
  type NumbersQuery,
} from '../../../src/db/stats/list-workspace-numbers.ts';
import { NUMBER_SORTS } from '../../../src/domain/number-sorts.ts';
import { readFailures, readInboxTotal, readTotals } from '../../../src/db/stats/read-totals.ts';
import { findWorkspaceNumbers } from '../../../src/db/stats/workspace-numbers.ts';
import { findKeys } from '../../../src/db/keys/find-keys.ts';
import { recordUses } from '../../../src/db/keys/record-uses.ts';
import { findDuePauses } from '../../../src/db/schedule/find-due-pauses.ts';
import { listChanges } from '../../../src/db/changes/list-changes.ts';
import { beginDeletion } from '../../../src/db/deletions/begin-deletion.ts';
import { deleteRows } from '../../../src/db/deletions/delete-rows.ts';
import { endWork } from '../../../src/db/deletions/end-work.ts';
import { findDeletions } from '../../../src/db/deletions/find-deletions.ts';
import { finishDeletion } from '../../../src/db/deletions/finish-deletion.ts';
import { advanceSchedule } from '../../../src/db/schedule/advance-schedule.ts';
import { findDueWorkspaces } from '../../../src/db/schedule/find-due-workspaces.ts';
import { findRestoring } from '../../../src/db/restore/find-restoring.ts';
import { findStalls, findWorkspaceStalls } from '../../../src/db/stalls/find-stalls.ts';
import { recordStalls } from '../../../src/db/stalls/record-stalls.ts';
import {
  findRunningAfter,
  findStalledRunning,
  moveStallRound,
  takeStallRound,
} from '../../../src/db/stalls/stall-round.ts';
import { findOverdueWorkspaces } from '../../../src/db/sweep/find-overdue-workspaces.ts';
import { recordSweepWake } from '../../../src/db/sweep/record-sweep-wake.ts';
import { findFreedWorkspaces } from '../../../src/db/tiers/find-freed-workspaces.ts';
import { HEALTHS } from '../../../src/domain/health.ts';
import { STATUSES } from '../../../src/domain/status.ts';
import { listWorkspaces } from '../../../src/db/workspaces/list-workspaces.ts';
import { measureWorkspaces } from '../../../src/db/stats/measure-workspaces.ts';
import { servedByPool, workspacesWithWork } from '../../../src/db/workspaces/workspaces-with-work.ts';
import { enqueueOne, enqueueRequest } from '../../support/enqueue.ts';
import { insertIntoInbox } from '../../support/inbox.ts';
import { completedReport, requestOf } from '../../support/rows.ts';
import { insertWithEnded } from './rows.ts';
import { problemsOf, type Ran, type Watched } from './watch.ts';

/** Reads by index of a page of rows and what the limit allows to run stay below it, and a tenth of a queue does not. */
const PAGES_MAX = 1_000;
/** Positions up to 10,000 are counted: this many entries of an index at most, each perhaps with its row. */
const COUNTED_PAGES_MAX = 10_500;

/** Of a thousand workspaces with work some entries of indexes each; an hour of their samples. */
const BUSY_PAGES_MAX = 40_000;

/** Of what a page of a thousand events admits and ends: each in one table or the other, in a partition of each class. */
const SLOTS_PAGES_MAX = 30_000;

/** Some entries of the catalogue for each partition, behind the versions of them that were left by whoever changed statistics: this test does. */
const CATALOGUE_PAGES_MAX = 5_000;

/** A look of a list passes up to 1,000 rows of each table, each perhaps on a page of its own. */
const LOOKED_THROUGH_PAGES_MAX = 2_500;

/** A look of a bulk act passes up to 3,000 rows, each perhaps on a page of its own and with its entry of the index. */
const COUNT_PAGES_MAX = 6_500;

export type Path = readonly [name: string, run: () => Promise<unknown>, pagesMax?: number];

/**
 * Runs every path and gives what is wrong with its statements. `others` are workspaces that are asked for together with this one; what is
 * picked for a path is picked by `setUp`, which is not watched.
 */
export async function problemsIn(
  { database, taken }: Watched,
  setUp: pg.Pool,
  workspaceId: string,
  others: readonly string[],
  onRan: (path: string, ran: Ran) => void = () => {},
): Promise<string[]> {
  const problems: string[] = [];
  taken();
  for (const [name, run, pagesMax] of pathsOf(database, setUp, workspaceId, others)) {
    await run();
    const ran = taken();
    assert.ok(ran.length > 0, `${name} of ${workspaceId} was not seen to run anything`);
    for (const statement of ran) {
      onRan(`${name} of ${workspaceId}`, statement);
      for (const problem of problemsOf(statement, pagesMax ?? PAGES_MAX))
        problems.push(`${name} of ${workspaceId}: ${problem}\n${statement['Query Text']}`);
    }
  }
  return problems;
}

/** In the order in which they can be run: each leaves the queue about as long as it was. */
function pathsOf(database: Database, setUp: pg.Pool, workspaceId: string, others: readonly string[]): Path[] {
  const picks = new Picks(setUp, workspaceId);
  return [
    ...pathsOfGate(database, workspaceId),
    ...pathsOfRequests(database, workspaceId, picks),
    ...pathsOfEnded(database, workspaceId, picks),
    ...pathsOfLists(database, workspaceId, picks),
    ...pathsOfBulkActs(database, workspaceId, picks),
    ...pathsOfRounds(database, workspaceId, others, picks),
    ...pathsOfEvents(database, workspaceId, others),
    ...pathsOfStats(database, workspaceId),
    ...pathsOfSamples(database, workspaceId, picks),
    ...pathsOfRetention(database, picks),
    ...pathsOfSteering(database, workspaceId, setUp),
    ...pathsOfInbox(database, workspaceId, others, setUp),
    ...pathsOfReservations(database, workspaceId),
  ];
}

function pathsOfInbox(
  database: Database,
  workspaceId: string,
  others: readonly string[],
  setUp: pg.Pool,
): Path[] {
  const { db } = database;
  return [
    ['inbox: recent', () => findRecent(database)],
    ['inbox: all', () => findAll(database), BUSY_PAGES_MAX],
    [
      'inbox: recent of workspaces',
      () => inPipelinedTransaction(database, [findingRecentOf([workspaceId, ...others])]),
    ],
    ['inbox: what an id stands for', () => findStandIn(db, workspaceId, uuidv7())],
    [
      'inbox: sequence',
      async () => {
        const id = await insertIntoInbox(setUp, workspaceId, { idempotencyKey: uuidv7() });
        await insertIntoInbox(setUp, workspaceId, {
          workflowType: 'refused',
          attributes: { startBefore: '2020-01-01T00:00:00.000Z' },
        });
        const taking = { workspaceId, fromId: LOWEST_ID, maxRows: 500 };
        const { kind } = await sequenceOnce(database, taking, 1_000, 'wait');
        assert.equal(kind, 'executions');
        const { execution } = await findExecution(db, workspaceId, id);
        assert.equal(execution.status, 'pending');
      },
    ],
  ];
}

function pathsOfGate(database: Database, workspaceId: string): Path[] {
  const { db } = database;
  const options = { gateRunId: 'run', verifyAfterSeconds: 3600 };
  let running: string[] = [];
  const reconcile = async (fields: Parameters<typeof requestOf>[1]) => {
    const { admitted } = await reconcileWorkspace(database, requestOf(workspaceId, fields), options);
    return admitted.map(({ executionId }) => executionId);
  };
  return [
    ['reconcile by a new gate', async () => (running = await reconcile({}))],
    [
      'reconcile with reports of starts',
      () =>
        reconcile({
          known: running,
          started: running.map((executionId) => ({ executionId, runId: 'run' })),
          cancelsDelivered: running.slice(1, 2),
          terminationsDelivered: running.slice(2, 3),
          overrideWishes: [{ key: `wish-${Math.random()}`, limitOverride: null }],
        }),
    ],
    [
      'handoff',
      async () => {
        const [ended, ...rest] = running;
        const claimed = await reconcile({ known: rest, closed: [completedReport(ended!, '"result"')] });
        assert.equal(claimed.length, 1);
        running = [...rest, ...claimed];
      },
    ],
    [
      'start times',
      () =>
        recordStartTimes(
          db,
          running.map((executionId) => ({ executionId, runId: 'run', startedAt: new Date() })),
        ),
    ],
    ['start times of some', () => findWithoutStartTime(db, running)],
    ['start times unknown', () => findStartTimesUnknown(db, { admittedBeforeSeconds: 0, limit: 100 })],
    ['cancel of a running one', () => cancelExecution(database, workspaceId, running[0]!)],
  ];
}

/** Last, because they use up what others look for. */
function pathsOfReservations(database: Database, workspaceId: string): Path[] {
  const options = { gateRunId: 'run', verifyAfterSeconds: 3600 };
  const rules = { maxInputBytes: 100, knownWorkflowTypes: null };
  const enqueued = enqueueRequest({ workspaceId, workflowType: 't', input: '1' });
  let running: string[] = [];
  let reserved!: Reservation;
  const reconcileReserving = async (fields: Parameters<typeof requestOf>[1], reservations = true) => {
    const request = requestOf(workspaceId, { known: running, ...fields });
    const { reservation, admitted } = await reconcileWorkspace(database, request, {
      ...options,
      reservations,
    });
    reserved = reservation!;
    running = [...running, ...admitted.map(({ executionId }) => executionId)];
  };
  const held = (fields: Partial<HeldReservation> = {}): HeldReservation => ({
    recallNumber: reserved.recallNumber,
    isConfirmed: false,
    rows: 0,
    throughSeq: null,
    ...fields,
  });
  return [
    [
      'reconcile that reserves',
      async () => {
        for (let n = 0; n < 3; n++) await enqueueOne(database, enqueued, rules);
        await reconcileReserving({});
        assert.ok(reserved.rows.length > 0);
      },
    ],
    [
      'report of a replacement',
      async () => {
        const [ended, ...rest] = running;
        const [next, ...others] = reserved.rows;
        running = [...rest, next!.executionId];
        await reconcileReserving({
          closed: [completedReport(ended!, '"result"')],
          replacements: [{ executionId: next!.executionId, at: new Date().toISOString() }],
          reservation: held({ rows: others.length, throughSeq: others.at(-1)?.seq ?? null }),
        });
      },
    ],
    [
      'recall',
      // Where one row was left to reserve, nothing is left to recall.
      () => reconcileReserving({ reservation: held({ rows: 5 }) }, false),
    ],
    [
      'reservation given back',
      async () => {
        await reconcileReserving({ reservation: held({ isConfirmed: true }) }, false);
        assert.equal(reserved.isRecalling, false);
      },
    ],
  ];
}

function pathsOfRequests(database: Database, workspaceId: string, picks: Picks): Path[] {
  const { db } = database;
  const rules = { maxInputBytes: 100, knownWorkflowTypes: null };
  const enqueued = enqueueRequest({ workspaceId, workflowType: 't', input: '1' });
  const key = `key-${Math.random()}`;
  let last = '';
  let atFront = '';
  return [
    ['enqueue', async () => (last = (await enqueueOne(database, enqueued, rules)).execution.id)],
    ['enqueue by key', () => enqueueOne(database, { ...enqueued, idempotencyKey: key }, rules)],
    // A repeat's answer has the position of the last row, which is counted.
    [
      'enqueue by the same key',
      () => enqueueOne(database, { ...enqueued, idempotencyKey: key }, rules),
      COUNTED_PAGES_MAX,
    ],
    ['queue: its front', () => readQueue(db, { workspaceId, afterSeq: 0, limit: 51 })],
    [
      'queue: further on',
      () => readQueue(db, { workspaceId, afterSeq: Number.MAX_SAFE_INTEGER, limit: 51 }),
      COUNTED_PAGES_MAX,
    ],
    ['position of the last', () => findExecution(db, workspaceId, last), COUNTED_PAGES_MAX],
    [
      'position near the front',
      async () => findExecution(db, workspaceId, (atFront = await picks.pendingNearFront())),
    ],
    ['cancel in the queue', () => cancelExecution(database, workspaceId, atFront)],
    ['an execution that does not exist', () => findExecution(db, workspaceId, uuidv7()).catch(() => {})],
  ];
}

function pathsOfEnded(database: Database, workspaceId: string, picks: Picks): Path[] {
  const { db } = database;
  const rules = { maxInputBytes: 100, knownWorkflowTypes: null };
  const request = enqueueRequest({ workspaceId, workflowType: 't', input: null });
  return (['newest', 'oldest'] as const).flatMap((which): Path[] => [
    [`the ${which} ended one`, async () => findExecution(db, workspaceId, await picks.ended(which))],
    [`admission of the ${which} ended one`, async () => findAdmissions(database, [await picks.ended(which)])],
    [
      `start time of the ${which} ended one`,
      async () => {
        const executionId = await picks.ended(which);
        await recordStartTimes(db, [{ executionId, runId: 'run', startedAt: new Date() }]);
      },
    ],
    [
      `enqueue by the key of the ${which} ended one`,
      async () =>
        enqueueOne(database, { ...request, idempotencyKey: await picks.keyOfEnded(which) }, rules).catch(
          () => {},
        ),
    ],
    [
      `delete payloads of the ${which} ended one`,
      async () => deletePayloads(db, workspaceId, await picks.ended(which)),
    ],
  ]);
}

/** Each with what the first page says of the second. */
function pathsOfLists(database: Database, workspaceId: string, picks: Picks): Path[] {
  const day = new Date(Date.now() - DAY_MS);
  const filters: Readonly<Record<string, Partial<ExecutionFilter>>> = {
    all: {},
    ...Object.fromEntries(STATUSES.map((status) => [status, { status }])),
    'a type': { workflowType: 't3' },
    'a type that none has': { workflowType: 'none' },
    'failed ones of a type that none has': { workflowType: 'none', status: 'failed' },
    'a reference that none has': { reference: 'none' },
    'a label': { labels: { team: 'b' } },
    'a day': { createdAfter: new Date(day.getTime() - DAY_MS), createdBefore: day },
    'a time long ago': { createdBefore: new Date(Date.now() - 400 * DAY_MS) },
    'the last minutes': { createdAfter: new Date(Date.now() - 600_000) },
    failures: { onlyFailed: true },
    'failures of the last hour': { onlyFailed: true, closedAfter: new Date(Date.now() - 3_600_000) },
    'ends of long ago': { closedBefore: new Date(Date.now() - 400 * DAY_MS) },
  };
  // Over all workspaces once for each set of them, which has one small one.
  return [workspaceId, ...(workspaceId.startsWith('small') ? [null] : [])].flatMap((of) => {
    const where = of === null ? ' in all workspaces' : '';
    const listing = (given: Partial<ExecutionFilter>) => {
      const filter = { ...EVERY_EXECUTION, ...given, workspaceId: of };
      let beforeId: string | null = null;
      return async () => {
        beforeId = (await listExecutions(database, { filter, beforeId, limit: 100 })).nextBeforeId;
      };
    };
    return [
      ...Object.entries(filters).flatMap(([name, given]): Path[] => {
        const filter = { ...EVERY_EXECUTION, ...given, workspaceId: of };
        const list = listing(given);
        const pagesMax = filter.status === 'running' ? COUNTED_PAGES_MAX : LOOKED_THROUGH_PAGES_MAX;
        const title = `list of ${name}${where}`;
        return [
          [title, list, pagesMax],
          // One that looks through rows has asked for the next ones already.
          ...(needsScan(filter) ? [] : [[`${title}, further on`, list, pagesMax] satisfies Path]),
        ];
      }),
      [
        `list of a reference${where}`,
        async () => listing({ reference: await picks.reference() })(),
      ] satisfies Path,
    ];
  });
}

/** The looks of a count are alike, so some of them say what all do. */
const COUNTED_MS = 50;

/** Counts go through all rows, in looks that are bounded each; chunks read some. */
function pathsOfBulkActs(database: Database, workspaceId: string, picks: Picks): Path[] {
  const acceptedAt = new Date(Date.now() + 60_000);
  const scopes: [string, BulkScope['act'], Partial<ExecutionFilter>][] = [
    ['cancel of all', 'cancel', {}],
    ['cancel of pending ones', 'cancel', { status: 'pending' }],
    ['terminate by label', 'terminate', { labels: { team: 'a' } }],
    ['rerun of all', 'rerun', {}],
    ['rerun of failures', 'rerun', { onlyFailed: true }],
    ['rerun of failed ones', 'rerun', { status: 'failed' }],
    ['rerun by type and time', 'rerun', { workflowType: 't', createdAfter: new Date(Date.now() - DAY_MS) }],
  ];
  const partOf = (act: BulkScope['act'], filter: ExecutionFilter) => ({
    actId: uuidv7(),
    workspaceId,
    afterId: LOWEST_ID,
    by: null,
    act,
    filter,
    acceptedAt,
  });
  const paths = scopes.flatMap(([name, act, some]): Path[] =>
    [workspaceId, null].flatMap((of): Path[] => {
      const filter = { ...EVERY_EXECUTION, ...some, workspaceId: of };
      const where = of === null ? ' in all workspaces' : '';
      return [
        [
          `bulk: count for ${name}${where}`,
          () => countMatching(database, { act, filter, acceptedAt }, COUNTED_MS),
          COUNT_PAGES_MAX,
        ],
        ...(of === null
          ? []
          : [
              [
                `bulk: chunk for ${name}`,
                () => findChunk(database, partOf(act, filter)),
                COUNT_PAGES_MAX,
              ] as Path,
            ]),
      ];
    }),
  );
  let chunk: Chunk;
  const few = () => partOf('cancel', { ...EVERY_EXECUTION, workspaceId });
  return [
    ...paths,
    [
      'bulk: count by reference in all workspaces',
      async () => {
        const filter = { ...EVERY_EXECUTION, reference: await picks.reference() };
        await countMatching(database, { act: 'rerun', filter, acceptedAt }, COUNTED_MS);
      },
    ],
    ['bulk: turn', () => takePart(database.db)],
    [
      'bulk: end of some',
      async () => {
        const found = await findChunk(database, few());
        chunk = { ...found, ids: found.ids.slice(-3) };
        await endChunk(database, few(), chunk);
      },
      COUNT_PAGES_MAX,
    ],
  ];
}

function pathsOfRounds(
  database: Database,
  workspaceId: string,
  others: readonly string[],
  picks: Picks,
): Path[] {
  const { db } = database;
  const since = new Date();
  return [
    ['sweep', () => findOverdueWorkspaces(db, { after: null, intervalSeconds: 0, limit: 100 })],
    ['sweep', () => findOverdueWorkspaces(db, { after: 'a', intervalSeconds: 3_600, limit: 100 })],
    [
      "sweep's wake",
      () =>
        recordSweepWake(
          db,
          { id: workspaceId, sweepWakes: 0, reconciledAt: since.toISOString() },
          { intervalSeconds: 60 },
        ),
    ],
    ['pool', () => workspacesWithWork(db, { after: '', limit: 2_000 })],
    ['pool', () => servedByPool(db, [workspaceId, ...others])],
    ['freed by a raised tier', () => findFreedWorkspaces(db, 'pro').next()],
    ['workspaces', () => listWorkspaces(db, { afterId: null, limit: 100 })],
    ['numbers for metrics', () => measureWorkspaces(db, { named: 20 }), BUSY_PAGES_MAX],
    [
      'schedule: whose time has come',
      async () => {
        await picks.makeDue();
        await findDueWorkspaces(db, { except: [] });
      },
    ],
    ['schedule: into the queue', () => advanceSchedule(database, workspaceId)],
    ['keys', () => findKeys(db, ['aaaaaaaaaaaa'])],
    ['uses of keys', () => recordUses(db, ['aaaaaaaaaaaa'])],
    ['restoring', () => findRestoring(db)],
    ['stall round', () => takeStallRound(db, { intervalSeconds: 0 })],
    [
      'stall round',
      () => findRunningAfter(db, { workspaceId: '', seq: 0 }, { admittedBeforeSeconds: 0, limit: 400 }),
    ],
    [
      'stall round further on',
      () => findRunningAfter(db, { workspaceId, seq: 1 }, { admittedBeforeSeconds: 0, limit: 400 }),
    ],
    ['stall round', () => moveStallRound(db, { workspaceId, seq: 1 })],
    [
      'stalls',
      async () =>
        recordStalls(database, {
          stalled: (await picks.running()).map((executionId) => ({
            executionId,
            stall: { reason: 'no-worker', message: 'm', since, taskFailure: null },
          })),
          moving: [],
        }),
    ],
    ['stalled ones', () => findStalledRunning(db, { limit: 100 })],
    ['stalls of some', async () => findStalls(db, await picks.running())],
    ['stalls of workspaces', () => findWorkspaceStalls(db, [workspaceId, ...others])],
    ['numbers for metrics, with stalls', () => measureWorkspaces(db, { named: 0 }), BUSY_PAGES_MAX],
    [
      'no stalls any longer',
      async () => recordStalls(database, { stalled: [], moving: await picks.running() }),
    ],
  ];
}

/** A workspace of some ended executions, among all the others, is deleted whole. */
function pathsOfSteering(database: Database, workspaceId: string, setUp: pg.Pool): Path[] {
  const { db } = database;
  const doomed = `doomed-${uuidv7()}`;
  const acting = { by: null, source: 'api' } as const;
  return [
    ['pauses that are over', () => findDuePauses(db)],
    ['changes of a workspace', () => listChanges(db, { workspaceId, beforeId: null, limit: 51 })],
    ['changes of all', () => listChanges(db, { workspaceId: null, beforeId: null, limit: 51 })],
    ['deletions', () => findDeletions(db)],
    [
      'deletion: begin',
      async () => {
        await insertWithEnded(setUp, doomed, 100);
        await beginDeletion(database, doomed, { endWork: true }, acting);
      },
    ],
    ['deletion: end work', () => endWork(database, doomed)],
    ['deletion: rows', async () => assert.equal(await deleteRows(database, doomed), 'done')],
    ['deletion: finish', async () => assert.equal(await finishDeletion(database, doomed), true)],
  ];
}

function pathsOfEvents(database: Database, workspaceId: string, others: readonly string[]): Path[] {
  let start: Awaited<ReturnType<typeof findStart>>;
  let last = 0;
  const look = (back: number, missing: number[]) =>
    readNew(
      database,
      { through: start.through - back, missing },
      { lookedAtMs: start.nowMs - 20, nowMs: start.nowMs },
    );
  return [
    // It compares the newest 20,000 ids with all that there could be.
    ['events: beginning', async () => (start = await findStart(database)), 20_500],
    ['events: a look that finds nothing', () => look(0, [])],
    ['events: a look that finds some', () => look(50, [1, start.through - 60])],
    [
      'events: numbers of workspaces',
      async () => {
        const { lastEvents } = await readStanding(database, [workspaceId, ...others]);
        last = lastEvents.get(workspaceId)!;
      },
    ],
    [
      'events after a position',
      () => readEventsAfter(database, workspaceId, { epoch: 1, number: Math.max(0, last - 100) }),
    ],
    [
      'events after one that is too old',
      () => readEventsAfter(database, workspaceId, { epoch: 1, number: 0 }),
    ],
  ];
}

/** Over all workspaces: once for each set of them. */
function pathsOfStats({ db }: Database, workspaceId: string): Path[] {
  const plain: NumbersQuery = { sort: 'id', order: 'desc', search: null, tier: null, health: null };
  const listing = (name: string, asked: Partial<NumbersQuery>): Path[] => {
    const query = { ...plain, ...asked };
    let after: NumbersPlace | null = null;
    const list = async () => {
      after = (await listWorkspaceNumbers(db, { query, after, limit: 50 })).next;
    };
    return [
      [`stats: list by ${name}`, list, BUSY_PAGES_MAX],
      [`stats: list by ${name}, further on`, list, BUSY_PAGES_MAX],
    ];
  };
  return [
    ['stats: one workspace', () => findWorkspaceNumbers(db, workspaceId)],
    ...(workspaceId.startsWith('small')
      ? [
          ...NUMBER_SORTS.flatMap((sort) => listing(sort, { sort })),
          ...NUMBER_SORTS.flatMap((sort) => listing(`${sort}, the lowest first`, { sort, order: 'asc' })),
          ...HEALTHS.flatMap((health) => listing(`pending, ${health} ones`, { sort: 'pending', health })),
          ...listing('id, with a search', { search: 'a' }),
          ...listing('pending, with a search that finds nothing', { sort: 'pending', search: 'nothing' }),
          ...listing('pending, of a tier', { sort: 'pending', tier: 'pro' }),
          ['stats: totals', () => readTotals(db), BUSY_PAGES_MAX] satisfies Path,
          ['stats: failures', () => readFailures(db, { workspacesMost: 20 })] satisfies Path,
          ['stats: inbox', () => readInboxTotal(db)] satisfies Path,
        ]
      : []),
  ];
}

function pathsOfSamples(database: Database, workspaceId: string, picks: Picks): Path[] {
  const holder = uuidv7();
  let newest: Awaited<ReturnType<typeof readNewestEvent>>;
  return [
    ['samples: hold', () => holdSampler(database.db, { holder, seconds: 0 })],
    ['samples: newest event', async () => (newest = await readNewestEvent(database))],
    [
      'samples: times of slots',
      async () => {
        const ids = [...(await picks.running()), ...(await picks.newestEnded(700))];
        const at = new Date(Date.now() - 600_000);
        await readSlotTimes(
          database,
          ids.map((executionId) => ({ kind: 'ended', executionId, at })),
        );
      },
      SLOTS_PAGES_MAX,
    ],
    [
      'samples: count of events',
      () =>
        countEvents(database, { from: newest.newestId - 5_000, to: newest.newestId, nowMs: newest.nowMs }),
    ],
    [
      'samples: write',
      () =>
        writeSamples(database, {
          holder,
          throughEventId: newest.newestId,
          samples: [
            { workspaceId, admitted: 1, failed: 1, waitP95Seconds: Math.random(), handoffP99Seconds: 1 },
          ],
        }),
    ],
    ['samples: counters', () => writeCounters(database), BUSY_PAGES_MAX],
    ['samples: prune', () => pruneSamples(database)],
    ['samples: leave', () => leaveSampler(database.db, holder)],
  ];
}

function pathsOfRetention({ pool }: Database, picks: Picks): Path[] {
  return [
    [
      'retention: what is due',
      () => withClient(pool, (client) => findDuePartitions(client, new Date())),
      CATALOGUE_PAGES_MAX,
    ],
    [
      'retention: payloads that are needed',
      async () => {
        const leaf = await picks.oldestPayloads();
        await withClient(pool, (client) =>
          moveNeededPayloads(client, leaf, new Date(Date.now() - 34.9 * DAY_MS)),
        );
      },
      // Five hundred of them, each found, moved and written by index.
      20_000,
    ],
  ];
}

async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}

/** Rows of a workspace to try the paths on. */
class Picks {
  readonly #setUp: pg.Pool;
  readonly #workspaceId: string;

  constructor(setUp: pg.Pool, workspaceId: string) {
    this.#setUp = setUp;
    this.#workspaceId = workspaceId;
  }

  async pendingNearFront(): Promise<string> {
    return (
      await this.#one<{ id: string }>(
        `select id from executions where workspace_id = $1 and status = 'pending' order by seq offset 2 limit 1`,
      )
    ).id;
  }

  async running(): Promise<string[]> {
    const { rows } = await this.#setUp.query<{ id: string }>(
      `select id from executions where workspace_id = $1 and status = 'running' order by seq limit 10`,
      [this.#workspaceId],
    );
    return rows.map(({ id }) => id);
  }

  async ended(which: 'newest' | 'oldest'): Promise<string> {
    return (await this.#ended(which)).id;
  }

  /** Of all workspaces. */
  async newestEnded(count: number): Promise<string[]> {
    const { rows } = await this.#setUp.query<{ id: string }>(
      'select id from ended_executions order by id desc limit $1',
      [count],
    );
    return rows.map(({ id }) => id);
  }

  async keyOfEnded(which: 'newest' | 'oldest'): Promise<string> {
    return (await this.#ended(which)).idempotency_key ?? 'none';
  }

  /** Two scheduled rows, one of them never to be admitted, and one of the queue; where there are any. */
  async makeDue(): Promise<void> {
    for (const [which, change] of [
      ['seq is null order by id limit 2', `start_after = now() - interval '1 second'`],
      ['seq is null order by start_after, id limit 1', `start_before = now() - interval '1 second'`],
      [`status = 'pending' order by seq desc limit 1`, `start_before = now() - interval '1 second'`],
    ])
      await this.#setUp.query(
        `update executions set ${change} where id = any(array(select id from executions where workspace_id = $1 and ${which}))`,
        [this.#workspaceId],
      );
  }

  async reference(): Promise<string> {
    const { rows } = await this.#setUp.query<{ reference: string }>(
      `select reference from ended_executions where workspace_id = $1 and reference is not null limit 1`,
      [this.#workspaceId],
    );
    return rows[0]?.reference ?? 'none';
  }

  /** The leaf of payloads that has the oldest. */
  async oldestPayloads(): Promise<string> {
    return (
      await this.#one<{ leaf: string }>(
        `select tableoid::regclass::text as leaf from payloads where $1 <> '' order by kept_from limit 1`,
      )
    ).leaf;
  }

  async #ended(which: 'newest' | 'oldest'): Promise<{ id: string; idempotency_key: string | null }> {
    return await this.#one(
      `select id, idempotency_key from ended_executions where workspace_id = $1
       order by id ${which === 'newest' ? 'desc' : ''} limit 1`,
    );
  }

  async #one<Row extends object>(text: string): Promise<Row> {
    const { rows } = await this.#setUp.query<Row>(text, [this.#workspaceId]);
    return rows[0]!;
  }
}
