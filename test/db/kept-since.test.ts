import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readKeptSince } from '../../src/db/audit/read-kept-since.ts';
import { changeTier } from '../../src/db/tiers/change-tier.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { type OpenTestDatabase, openTestDatabase } from '../support/database.ts';

let opened: OpenTestDatabase;
before(async () => (opened = await openTestDatabase()));
after(() => opened.close());

test('the audit trusts what every retention that a tier ever had has left, and everything where there never was one', async () => {
  const { database } = opened;
  const keptDays = async () => {
    const keptSince = await readKeptSince(database);
    return keptSince === null ? null : Math.round((Date.now() - keptSince / 1000) / 86_400_000);
  };
  assert.equal(await keptDays(), 30);
  const { pro } = DEFAULT_TIER_CONFIGS;
  await changeTier(database, 'pro', { ...pro, retentionDays: 7, payloadRetentionDays: 7 });
  await changeTier(database, 'pro', { ...pro, retentionDays: 365 });
  assert.equal(await keptDays(), 7);
  await database.pool.query('update tiers set retention_days = 0');
  await database.pool.query('update tier_changes set retention_days = 0');
  assert.equal(await keptDays(), null);
});
