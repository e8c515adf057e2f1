import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { DAY_MS, LEAF_PARENTS, leafAt } from '../../src/db/partitions/grid.ts';
import { makePartitionsOf } from '../../src/db/partitions/make-partitions.ts';
import { RETENTION_SCHEDULE_ID } from '../../src/domain/names.ts';
import { frameShowing, launchBrowser, openShowing, screenshot } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { testUiUrl } from '../support/temporal.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
let browser: Browser;
before(async () => {
  world = await startWorld(import.meta.url);
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await world.stop();
});

async function makePast(parent: string, days: number): Promise<string> {
  const moment = new Date(Date.now() - days * DAY_MS);
  await makePartitionsOf(world.database, { also: { parent, moment } });
  return leafAt(
    LEAF_PARENTS.find(({ name }) => name === parent)!,
    moment,
  ).name;
}

/** Has the schedule begin a run. */
async function startRun(): Promise<{ workflowId: string; runId: string }> {
  const schedule = world.client.schedule.getHandle(RETENTION_SCHEDULE_ID);
  const before = await eventually(async () => (await schedule.describe()).info.numActionsTaken);
  await schedule.trigger();
  return await eventually(async () => {
    const { info } = await schedule.describe();
    assert.ok(info.numActionsTaken > before);
    const { workflowId, firstExecutionRunId: runId } = info.recentActions.at(-1)!.action.workflow;
    return { workflowId, runId };
  });
}

test('the page of a run of retention says what it drops while it waits, and then what it has dropped, and what it could not', async () => {
  const dropped = await makePast('ended_executions_7', 60);
  await world.database.pool.query(
    `insert into ended_executions (id, workspace_id, seq, status, workflow_type, payload_retention_days, created_at, closed_at, retention_days, moved_at)
     select gen_random_uuid(), 'w', n, 'completed', 't', 7, at, at, 7, at from generate_series(1, 2000) n, (select now() - interval '60 days' as at) t`,
  );
  const held = await makePast('ended_executions_30', 90);
  const inTheWay = await makePast('payloads_7', 60);
  await world.database.pool.query(`create view in_the_way as select * from ${inTheWay}`);
  const reader = await world.database.pool.connect();
  await reader.query("set application_name = 'a long report'");
  await reader.query('set idle_in_transaction_session_timeout = 0');
  await reader.query('begin isolation level repeatable read');
  await reader.query('select count(*) from ended_executions_30');
  const { workflowId, runId } = await startRun();
  const url = `${testUiUrl()}/namespaces/${world.client.options.namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}`;
  try {
    const run = world.client.workflow.getHandle(workflowId, runId);
    await eventually(async () => {
      const [pending] = (await run.describe()).raw.pendingActivities ?? [];
      const details = Buffer.from(pending?.heartbeatDetails?.payloads?.[0]?.data ?? '').toString();
      assert.match(details, /a long report/);
    }, 60_000);
    const page = await openShowing(browser, `${url}/user-metadata`, 'Current Details');
    const waiting = await frameShowing(page, `Dropping ${held}`);
    const text = await waiting.locator('body').innerText();
    assert.match(text, /Partitions reach \d+ days ahead/);
    await page.close();
    const activities = await openShowing(browser, `${url}/pending-activities`, 'a long report');
    await activities.close();
    await reader.query('rollback');
    reader.release(true);
    await run.result();
  } finally {
    await world.database.pool.query('drop view in_the_way');
  }
  const page = await openShowing(browser, `${url}/user-metadata`, 'Current Details');
  const done = await frameShowing(page, 'payloads that went on');
  const text = await done.locator('body').innerText();
  for (const shown of [
    dropped,
    held,
    'MB',
    'Not done',
    `dropping ${inTheWay}`,
    'tried again by the next run',
  ])
    assert.ok(text.includes(shown), `the page shows "${shown}": ${text}`);
  assert.ok(text.indexOf('Not done') < text.indexOf(dropped), 'what was not done is seen without scrolling');
  await screenshot(page, 'retention-in-web-ui');
  await page.close();
});
