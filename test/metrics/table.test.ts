import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventually } from '../support/eventually.ts';
import { type World, startWorld } from '../support/world.ts';
import { documentedMetrics } from './documented.ts';
import { type Scraped, scrape } from './scrape.ts';

let world: World;
let workerUrl: string;
before(async () => {
  const port = await freePort();
  workerUrl = `http://127.0.0.1:${port}`;
  world = await startWorld(import.meta.url, {
    WORKER_HEALTH_PORT: String(port),
    SWEEP_INTERVAL_SECONDS: '1',
  });
  await runSome();
});
after(() => world.stop());

/** Some of everything that is counted by itself. */
async function runSome(): Promise<void> {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const ids = [];
  for (const type of ['echo', 'failOnce', 'restFor', 'untilTold'])
    ids.push((await world.enqueue(workspace, type, type === 'restFor' ? 1 : undefined)).id);
  await world.call('POST', `/v1/workspaces/${workspace}/executions/batch`, {
    executions: [{ workflowType: 'nobodyKnowsIt' }],
  });
  await world.finish(ids.at(-1)!);
  await eventually(async () => assert.equal((await world.seqs(workspace, 'running')).length, 0), 30_000);
}

test('the table of docs/metrics.md has what an API and a worker serve, and they serve what it has', async () => {
  // The SDK's numbers come a few seconds later.
  await eventually(
    async () => assert.ok((await scrape(workerUrl)).has('temporal_workflow_completed')),
    30_000,
  );
  const [api, worker] = [await scrape(world.apiUrl), await scrape(workerUrl)];
  const documented = documentedMetrics();
  const served = new Map([...describe(api, 'api'), ...describe(worker, 'worker')]);
  const ofTable = new Map(
    documented.flatMap(({ name, type, labels, from }) =>
      processesOf(from).map((where) => [`${where} ${name}`, { type, labels }] as const),
    ),
  );
  assert.deepEqual(
    [...served.keys()].filter((key) => !ofTable.has(key)),
    [],
    'served, and not in the table',
  );
  assert.deepEqual(
    [...ofTable.keys()].filter((key) => !served.has(key) && !isOfSdk(key)),
    [],
    'in the table, and not served',
  );
  for (const [key, { type, labels, series }] of served) {
    const row = ofTable.get(key)!;
    assert.equal(type, row.type, key);
    if (isOfSdk(key)) {
      assert.deepEqual(
        [...labels].filter((label) => !row.labels.has(label)),
        [],
        key,
      );
    } else if (!key.endsWith(' nodejs_active_requests')) {
      assert.ok(series.length > 0, `${key} has no series, so its labels are not known`);
      assert.deepEqual([...labels].sort(), [...row.labels].sort(), key);
    }
  }
});

test('the table has every metric that the SDK knows, and no other of its names', () => {
  const documented = documentedMetrics().flatMap(({ name }) =>
    name.startsWith('temporal_') ? [name.slice('temporal_'.length)] : [],
  );
  assert.deepEqual(documented.sort(), metricsOfSdk().sort());
});

function processesOf(from: string): readonly ('api' | 'worker')[] {
  switch (from) {
    case 'api':
    case 'installation':
      return ['api'];
    case 'gates':
    case 'worker':
      return ['worker'];
    case 'api, gates':
    case 'all':
      return ['api', 'worker'];
    // See test/relay/metrics.test.ts.
    case 'relay':
      return [];
    default:
      return assert.fail(`a process that the page does not explain: ${from}`);
  }
}

function describe(scraped: ReadonlyMap<string, Scraped>, where: 'api' | 'worker') {
  return [...scraped].map(([name, metric]) => [`${where} ${name}`, metric] as const);
}

/** A metric of the SDK is there from its first observation on, and some labels only with a failure. */
function isOfSdk(key: string): boolean {
  return key.startsWith('worker temporal_');
}

/** By the sources of its core, which its package brings. */
function metricsOfSdk(): string[] {
  const core = dirname(createRequire(import.meta.url).resolve('@temporalio/core-bridge/package.json'));
  return ['sdk-core/src/telemetry/metrics.rs', 'client/src/metrics.rs'].flatMap((file) => {
    const [source] = readFileSync(`${core}/sdk-core/crates/${file}`, 'utf8').split('#[cfg(test)]\nmod tests');
    const shared = readFileSync(`${core}/sdk-core/crates/common/src/telemetry/metrics.rs`, 'utf8');
    const constants = new Map(
      [...`${shared}${source}`.matchAll(/(\w+_NAME): &(?:'static )?str\s*=\s*"(\w+)"/g)].map(
        ([, constant, name]) => [constant!, name!],
      ),
    );
    return [...source!.matchAll(/name: (?:"(\w+)"|(\w+_NAME))\.into\(\)/g)].map(
      ([, name, constant]) => name ?? constants.get(constant!) ?? assert.fail(`an unknown ${constant}`),
    );
  });
}
