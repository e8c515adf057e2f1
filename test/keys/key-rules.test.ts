import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeyBeyondOwnError } from '../../src/domain/keys/key-refusals.ts';
import { ALL_WORKSPACES, type Principal, RIGHTS } from '../../src/domain/keys/rights.ts';
import { type AskedKey, requireWithinOwn } from '../../src/keys/key-rules.ts';

const rights = fc.uniqueArray(fc.constantFrom(...RIGHTS), { minLength: 1 });
const workspaceId = fc.constantFrom(ALL_WORKSPACES, 'acme', 'other');
const expiresAt = fc.option(fc.integer({ min: 1, max: 3 }).map((day) => new Date(day * 86_400_000)));

const makers: fc.Arbitrary<Principal> = fc
  .record({ rights, workspaceId, expiresAt })
  .map((maker) => ({ ...maker, id: 'maker', rights: new Set(maker.rights) }));
const askedKeys: fc.Arbitrary<AskedKey> = fc.record({ rights, workspaceId, expiresAt });

function isRefused(maker: Principal, asked: AskedKey): boolean {
  try {
    requireWithinOwn(maker, asked);
    return false;
  } catch (error) {
    assert.ok(error instanceof KeyBeyondOwnError);
    return true;
  }
}

test('a key makes no key that may do more than itself, elsewhere or for longer, and any other', () => {
  fc.assert(
    fc.property(makers, askedKeys, (maker, asked) => {
      const isMore = asked.rights.some((right) => !maker.rights.has(right));
      const isElsewhere = maker.workspaceId !== ALL_WORKSPACES && asked.workspaceId !== maker.workspaceId;
      const isLonger = (asked.expiresAt?.getTime() ?? Infinity) > (maker.expiresAt?.getTime() ?? Infinity);
      assert.equal(isRefused(maker, asked), isMore || isElsewhere || isLonger);
    }),
  );
});
