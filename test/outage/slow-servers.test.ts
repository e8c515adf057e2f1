import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventuallyEqual } from '../support/eventually.ts';
import { type SpoilableWorld, startSpoilableWorld } from './spoilable-world.ts';

/** A round trip of 160 ms to Postgres: another continent. An enqueue makes some six of them. */
const POSTGRES_ONE_WAY_MS = 80;
/** A round trip of 1 s to Temporal: a server that is badly overloaded. */
const TEMPORAL_ONE_WAY_MS = 500;
const DRAINED_WITHIN_MS = 30_000;

let world: SpoilableWorld;
before(async () => {
  world = await startSpoilableWorld(import.meta.url);
});
after(() => world.stop());

async function enqueue(id: string): Promise<number[]> {
  await world.call('PUT', `/v1/workspaces/${id}`, { tier: 'pro', limitOverride: 2 });
  const seqs = [];
  const tookMs = [];
  for (let i = 0; i < 6; i++) {
    const answer = await world.call('POST', `/v1/workspaces/${id}/executions`, { workflowType: 'nothing' });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    seqs.push(answer.body.seq as number);
    tookMs.push(answer.tookMs);
  }
  console.log(`${id}: answers took ${tookMs.map(Math.round).join(', ')} ms`);
  return seqs;
}

test('a slow Postgres makes everything slower, and nothing fails', async () => {
  world.toPostgres.slow(POSTGRES_ONE_WAY_MS);
  const seqs = await enqueue('slow-postgres');
  await eventuallyEqual(() => world.seqs('slow-postgres', 'completed'), seqs, DRAINED_WITHIN_MS);
  assert.equal((await world.call('GET', '/v1/workspaces/slow-postgres/gate')).status, 200);
  world.toPostgres.mend();
});

test('a slow Temporal delays starts and handoffs, and no answer', async () => {
  world.toTemporal.slow(TEMPORAL_ONE_WAY_MS);
  const startedAt = performance.now();
  const seqs = await enqueue('slow-temporal');
  assert.ok(performance.now() - startedAt < 4_000, 'an answer waited for Temporal');
  const gate = await world.call('GET', '/v1/workspaces/slow-temporal/gate');
  assert.equal(gate.status, 200);
  assert.ok(gate.tookMs < 3_000, `${gate.tookMs} ms`);
  await eventuallyEqual(() => world.seqs('slow-temporal', 'completed'), seqs, DRAINED_WITHIN_MS);
  world.toTemporal.mend();
});
