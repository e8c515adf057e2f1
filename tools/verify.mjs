import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireNode } from './bootstrap.mjs';

// `npm run verify`: everything that can be checked, one part after another, a line for each. It takes a night; `npm run verify -- fuzz chaos`
// runs those parts alone. The output of each part is in a file of its own.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NEWER_TEMPORAL = '1.32.2';
const seed = String(randomInt(1_000_000));

/** The steps of CI, and then the steps that are too long for it. */
const PARTS = {
  check: { what: 'types, lint, format and the other checks', run: ['tools/check.mjs', '--no-tests'] },
  tests: { what: `all tests, on Node ${process.versions.node}`, run: ['tools/test.mjs'] },
  browser: { what: 'the Web UI in headless Chromium', run: ['tools/test.mjs', 'test/browser'] },
  go: { what: 'a worker in Go', run: ['tools/test.mjs', 'test/foreign'] },
  pooler: { what: 'callers behind PgBouncer in transaction mode', run: ['tools/test.mjs', 'test/pooler'] },
  prometheus: {
    what: 'alerts and dashboards, on a Prometheus that scrapes a real run',
    run: ['tools/test.mjs', 'test/prometheus'],
  },
  large: { what: 'plans at 1 M live and 10 M ended rows', run: ['tools/test.mjs', 'test/large'] },
  'node-20.12': { what: 'the oldest Node, in short', run: ['tools/test-node.mjs', '20.12', '--short'] },
  'node-24': { what: 'all tests, on Node 24, the version in the image', run: ['tools/test-node.mjs', '24'] },
  'postgres-14': { what: 'the database, on the oldest Postgres', run: ['tools/test-postgres.mjs', '14'] },
  'postgres-17': { what: 'the database, on Postgres 17', run: ['tools/test-postgres.mjs', '17'] },
  temporal: {
    what: `all tests, on a Temporal server ${NEWER_TEMPORAL} with four shards on Postgres; needs Go`,
    run: ['tools/test.mjs'],
    // A newer server may need a newer Go than the one that is here, which Go itself then fetches.
    settings: { SLUICE_TEST_TEMPORAL_SERVER: NEWER_TEMPORAL, GOTOOLCHAIN: 'auto' },
  },
  fuzz: {
    what: `odd requests, messages and results, 1,000 of a kind, seed ${seed}`,
    run: ['tools/test.mjs', 'test/fuzz', 'test/db/reconcile-properties.test.ts'],
    settings: { FUZZ_RUNS: '1000', FUZZ_SEED: seed },
  },
  chaos: {
    what: `half an hour of faults, seed ${seed}`,
    run: ['tools/chaos.mjs', '--minutes', '30', '--seed', seed],
  },
  guards: { what: 'a test fails without each guard', run: ['tools/guards.mjs'] },
};

requireNode();
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  const list = Object.entries(PARTS).map(([name, { what }]) => `  ${name.padEnd(10)}  ${what}`);
  console.log(`npm run verify -- [PART ...]\n${list.join('\n')}`);
  process.exit(unknown.every((name) => name === '--help' || name === '-h') ? 0 : 2);
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupted.abort(signal));
const folder = mkdtempSync(join(tmpdir(), 'sluice-verify-'));
const failed = [];
for (const name of chosen.length > 0 ? chosen : Object.keys(PARTS)) {
  const begun = performance.now();
  const { code, last } = await runPart(name);
  if (interrupted.signal.aborted) break;
  if (code !== 0) failed.push(name);
  console.log(
    `${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${timeSince(begun)}  ${PARTS[name].what}: ${last}`,
  );
}
console.log(`The output is in ${folder}.`);
if (interrupted.signal.aborted) process.exit(130);
if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** The exit code, and the last line that the part printed, which is its result. */
async function runPart(name) {
  const { run, settings } = PARTS[name];
  const log = createWriteStream(join(folder, `${name}.log`));
  const child = spawn(process.execPath, run, {
    cwd: ROOT,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill(interrupted.signal.reason);
  interrupted.signal.addEventListener('abort', stop, { once: true });
  let tail = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      log.write(chunk);
      tail = (tail + chunk).slice(-2_000);
    });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  interrupted.signal.removeEventListener('abort', stop);
  log.end();
  return { code, last: tail.trimEnd().split('\n').at(-1) };
}

function timeSince(beginMs) {
  const seconds = Math.round((performance.now() - beginMs) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`.padStart(6);
}
