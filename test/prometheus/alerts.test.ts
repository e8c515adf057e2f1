import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { after, before, test } from 'node:test';
import { readRepositoryFile } from '../project/compose-rules.ts';
import { eventually } from '../support/eventually.ts';
import { readAlertRules, rulesOf, shortenRules } from './alert-rules.ts';
import { dashboardQueries, type DashboardQuery } from './dashboards.ts';
import { type Installation, startInstallation } from './installation.ts';
import { obtainPrometheus, type PrometheusPrograms } from './obtain-prometheus.ts';
import { type ActiveAlert, type PrometheusServer, startPrometheus } from './prometheus-server.ts';
import { DATABASE_TROUBLES } from './troubles/database.ts';
import { PROCESS_TROUBLES } from './troubles/processes.ts';
import type { Trouble } from './troubles/trouble.ts';
import { WORKSPACE_TROUBLES } from './troubles/workspaces.ts';
import { keepBusy } from './work.ts';

/** What a trouble takes to be seen: the watch over vacuum looks every 15 s, an unpolled queue is known after 90 s. */
const FIRES_WITHIN_MS = 120_000;
/** What took long to come takes as long to go, and the windows of rates have to pass. */
const RESOLVED_WITHIN_MS = 120_000;
/** For as long nothing may happen while all is well: beyond each `for` and window of the run. */
const QUIET_MS = 40_000;

/** Queries that have an answer only where there is, or was, trouble. */
const OF_TROUBLE = /ALERTS|_refused_total|_task_execution_failed|_request_failure/;

const TROUBLES: readonly Trouble[] = [...PROCESS_TROUBLES, ...WORKSPACE_TROUBLES, ...DATABASE_TROUBLES];

let programs: PrometheusPrograms;
let installation: Installation;
let prometheus: PrometheusServer;
/** Queries of dashboards that have answered with nothing so far. */
let unanswered: DashboardQuery[];
before(async () => {
  programs = obtainPrometheus(console.log);
  installation = await startInstallation();
  const times = Object.fromEntries(
    TROUBLES.flatMap(({ alert, shortened }) => (shortened ? [[alert, shortened]] : [])),
  );
  prometheus = await startPrometheus({
    program: programs.prometheus,
    dataDir: installation.dataDir,
    rules: shortenRules(readAlertRules(), times),
    targets: installation.targets,
  });
  unanswered = dashboardQueries({ workspace: 'busy' });
});
after(async () => {
  await prometheus?.stop();
  await installation?.stop();
});

test('each alert has a trouble that is its cause', () => {
  assert.deepEqual(
    new Set(TROUBLES.map(({ alert }) => alert)),
    new Set(rulesOf(readAlertRules()).map(({ alert }) => alert)),
  );
});

test('the example configuration and the rules are valid, and the rules keep their own tests', async () => {
  const promtool = (...args: string[]) => promisify(execFile)(programs.promtool, args);
  await promtool('check', 'config', 'deploy/prometheus/prometheus.yaml');
  await promtool('test', 'rules', 'deploy/prometheus/alerts.test.yaml');
});

test('while work goes on and all is well, no alert is even pending, and the dashboards have their data', async (t) => {
  const rest = await keepBusy(installation);
  try {
    await eventually(noneActive, RESOLVED_WITHIN_MS);
    const end = Date.now() + QUIET_MS;
    await eventually(async () => {
      await askDashboards();
      const missing = unanswered.filter(({ expr }) => !OF_TROUBLE.test(expr));
      assert.ok(Date.now() > end && missing.length === 0, listOf(missing));
    }, FIRES_WITHIN_MS);
    await eventually(noneFiring, QUIET_MS);
    t.diagnostic(`queries that have no data without trouble:\n${listOf(unanswered)}`);
  } finally {
    await rest();
  }
});

test("the runbook's statements, queries and requests are ones that Postgres, Prometheus and the API take", async () => {
  const runbook = readRepositoryFile('docs/runbook.md');
  const statements = [...runbook.matchAll(/```sql\n(.*?)```/gs)].map((match) => match[1]!);
  const queries = [...runbook.matchAll(/promtool query instant \$prometheus '([^']+)'/g)].map(
    (match) => match[1]!,
  );
  assert.ok(statements.length > 3 && queries.length > 5);
  for (const statement of statements) await installation.sql(statement);
  for (const query of queries) await prometheus.query(query);
  const paths = [...runbook.matchAll(/curl -s (?:-H "\$key" )?"?\$api([^"`\s]+)/g)].map((match) => match[1]!);
  assert.ok(paths.length > 5);
  for (const path of new Set(paths)) {
    const { status } = await fetch(`${installation.apiUrl}${path.replace('/ID', '/busy')}`);
    assert.equal(status, 200, path);
  }
});

for (const { alert, when, beside = [], cause } of TROUBLES) {
  test(`${alert} fires when ${when}, and is resolved when that is over`, async (t) => {
    await eventually(noneActive, RESOLVED_WITHIN_MS);
    const seen = new Set<string>();
    const begun = performance.now();
    const secondsSince = () => `${((performance.now() - begun) / 1_000).toFixed(0)} s`;
    const heal = await cause(installation);
    try {
      const fired = await eventually(async () => {
        const firing = await firingNow(seen);
        const ours = firing.find(({ name }) => name === alert);
        assert.ok(ours, `only these fire: ${[...seen].join(', ')}`);
        return ours;
      }, FIRES_WITHIN_MS);
      t.diagnostic(`fired after ${secondsSince()}: ${fired.annotations['summary']}`);
      for (const text of Object.values(fired.annotations))
        assert.doesNotMatch(text, /<no value>|<error/, text);
      await askDashboards();
    } finally {
      await heal();
    }
    await eventually(async () => {
      await firingNow(seen);
      await noneActive();
    }, RESOLVED_WITHIN_MS);
    t.diagnostic(`resolved after ${secondsSince()}`);
    assert.deepEqual(
      [...seen].filter((name) => name !== alert && !beside.includes(name)),
      [],
    );
  });
}

test('each query of the dashboards has answered with data, in a quiet run or in one with trouble', () => {
  assert.deepEqual(unanswered, []);
});

async function firingNow(seen: Set<string>): Promise<ActiveAlert[]> {
  const firing = (await prometheus.active()).filter(({ state }) => state === 'firing');
  for (const { name } of firing) seen.add(name);
  return firing;
}

async function noneActive(): Promise<void> {
  assert.deepEqual(await prometheus.active(), []);
}

async function noneFiring(): Promise<void> {
  assert.deepEqual(await firingNow(new Set()), []);
}

async function askDashboards(): Promise<void> {
  const still: DashboardQuery[] = [];
  for (const query of unanswered) {
    const series = await prometheus.query(query.expr);
    if (!series.some(({ value }) => !Number.isNaN(value))) still.push(query);
  }
  unanswered = still;
}

const listOf = (queries: readonly DashboardQuery[]) =>
  queries.map(({ dashboard, panel, expr }) => `${dashboard}, ${panel}: ${expr}`).join('\n');
