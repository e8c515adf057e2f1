import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { chaosReport } from './report.ts';
import { runChaos } from './run-chaos.ts';

/**
 * One whose half minute has kills of every kind of process, callers among them, a frozen worker, gates terminated, cancelled and reset, limits of a workspace
 * and a tier changed, bulk acts, a workspace paused, and one deleted and put again.
 */
const SEED = 10650;

/** Twice what a run of its own is held to: other tests keep the machine busy, and a worker that was killed takes long to start. */
const MAX_IDLE_SLOT_SECONDS = 120;

describe('half a minute of chaos', () => {
  const interrupted = new AbortController();
  after(() => interrupted.abort());

  it('loses nothing, runs nothing twice, keeps every limit, and drains by itself', async (t) => {
    const lines: string[] = [];
    const result = await runChaos({
      minutes: 0.5,
      seed: SEED,
      perSecond: 4,
      maxIdleSlotSeconds: MAX_IDLE_SLOT_SECONDS,
      say: (line) => lines.push(line),
      signal: interrupted.signal,
    });
    const report = chaosReport(result);
    t.diagnostic(report);
    assert.ok(result.ok, [...lines, report, `data kept in ${result.dataDir}`].join('\n'));
    const { kills } = result.faults;
    // One that has just killed itself is down when its turn comes.
    for (const [kind, count] of Object.entries({ ...kills, caller: kills.caller + result.callers.deaths }))
      assert.ok(count > 0, `no ${kind} was killed: ${report}`);
    const { landed } = result.faults;
    for (const kind of ['delete', 'pause for a time', 'bulk rerun', 'bulk cancel'])
      assert.ok((landed[kind] ?? 0) > 0, `no ${kind} landed: ${report}`);
    assert.ok(result.bulk.done > 0, report);
    assert.ok(result.accepted > 50, report);
    const { committed, rolledBack, orders } = result.callers;
    assert.ok(committed > 10 && rolledBack > 0 && orders > 10, report);
  });
});
