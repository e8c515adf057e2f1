// What every peer of the benchmark has in common. A peer is one script, run as a process of its own:
//
//   node bench/peers/<peer>.mjs '<order as JSON>'
//
// The order (all times in milliseconds):
//
//   databaseUrl      an empty database of a PostgreSQL 18; the peer makes its own schema in it
//   tenants          names, ["t0", "t1", ...]; tenantIndex below is an index into this list
//   jobsPerTenant    jobs of each tenant, numbered seq 0..n-1
//   cap              at most so many of one tenant's jobs at once
//   workMs           what a job takes: a timer
//   firstMs          optional: for each tenant what its first jobs take instead, [[ms of seq 0, ms of seq 1, ...], ...]
//   setting          "default": the peer's own default interval. "fastest": the quickest that it permits
//   timeLimitMs      optional; the peer gives up after so long. 180 000 unless told
//   temporalAddress, namespace   for the peers that need Temporal
//
// A peer sets up, puts all jobs in the queue (round robin over the tenants) while nothing is worked on, starts its workers, and when every job
// has ended writes ONE line of JSON on stdout and exits with 0:
//
//   {"peer","version","setting","settings":{name: "value: why, and where that is said"},
//    "intervals":[[tenantIndex, seq, startMs, endMs], ...]}
//
// startMs and endMs are the job's own: milliseconds since the epoch with their fraction, taken on the first and last line of the code that a
// user of the peer would write. Progress and complaints go to stderr; a failure is exit code 1.
//
// So that only a peer's handoff limits it, everything else (pools, worker counts, concurrency) is set amply; each script says what, and why.

import { readFileSync } from 'node:fs';

const DEFAULT_TIME_LIMIT_MS = 180_000;
const SETTINGS = ['default', 'fastest'];

// Libraries log where they like; stdout is for the one line.
const writeStdout = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

/** Reads the order, runs the peer, writes its answer and ends the process; whatever goes wrong ends it with 1. */
export async function runPeer(peer, version, run) {
  const fail = (error) => {
    complain(peer, error);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => fail(`stopped by ${signal}`));
  try {
    const order = readOrder(process.argv[2]);
    const timeLimitMs = order.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS;
    const record = new Record(order);
    setTimeout(
      () => fail(`gave up after ${timeLimitMs} ms: ${record.ended} of ${record.expected} jobs had ended`),
      timeLimitMs,
    );
    const { settings } = await run({ order, record, progress: (line) => complain(peer, line) });
    const answer = { peer, version, setting: order.setting, settings, intervals: record.intervals };
    writeStdout(`${JSON.stringify(answer)}\n`, () => process.exit(0));
  } catch (error) {
    fail(error);
  }
}

/** Of a package of bench/, or of the product. */
export function installedVersion(name) {
  for (const root of ['..', '../..']) {
    try {
      return JSON.parse(readFileSync(new URL(`${root}/node_modules/${name}/package.json`, import.meta.url)))
        .version;
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${name} is not installed: run \`npm ci\` in bench/ and in the folder above it`);
}

/** The jobs of an order in the order in which they are put in the queue: one of each tenant, then the next of each. */
export function* jobsInLine({ tenants, jobsPerTenant }) {
  for (let seq = 0; seq < jobsPerTenant; seq++)
    for (const [tenantIndex, tenant] of tenants.entries()) yield { tenantIndex, tenant, seq };
}

/** What the jobs write down. */
class Record {
  intervals = [];
  #msOf;
  #done;

  constructor({ tenants, jobsPerTenant, workMs, firstMs = [] }) {
    this.expected = tenants.length * jobsPerTenant;
    this.#msOf = (tenantIndex, seq) => firstMs[tenantIndex]?.[seq] ?? workMs;
    /** Settles when every job has ended. */
    this.allEnded = new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  get ended() {
    return this.intervals.length;
  }

  /** The work of one job. */
  async work(tenantIndex, seq) {
    const startMs = nowMs();
    await new Promise((resolve) => setTimeout(resolve, this.#msOf(tenantIndex, seq)));
    this.intervals.push([tenantIndex, seq, startMs, nowMs()]);
    if (this.ended === this.expected) this.#done();
  }
}

function nowMs() {
  return performance.timeOrigin + performance.now();
}

function readOrder(json) {
  if (json === undefined)
    throw new Error(`usage: node ${process.argv[1]} '<order as JSON>'; see protocol.mjs`);
  const order = JSON.parse(json);
  const problems = [
    typeof order.databaseUrl !== 'string' && 'databaseUrl must be a string',
    !(Array.isArray(order.tenants) && order.tenants.length > 0) && 'tenants must be names',
    ...['jobsPerTenant', 'cap', 'workMs'].map(
      (name) =>
        !(Number.isInteger(order[name]) && order[name] > 0) && `${name} must be a whole number above 0`,
    ),
    !SETTINGS.includes(order.setting) && `setting must be one of ${SETTINGS.join(', ')}`,
  ].filter(Boolean);
  if (problems.length > 0) throw new Error(`the order is wrong: ${problems.join('; ')}`);
  return order;
}

function complain(peer, what) {
  process.stderr.write(`[${peer}] ${what instanceof Error ? what.stack : what}\n`);
}
