import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_WORKSPACES } from '../../src/domain/keys/rights.ts';
import { hashOf, newKey } from '../../src/keys/key-text.ts';
import type { KnownKey } from '../../src/keys/known-key.ts';
import { isOfKey, newReadToken, parseReadToken } from '../../src/keys/read-token.ts';

const EXECUTION = '0199f3a2-7c1e-7000-8000-5f0c8f5a7b11';
const OTHER = '0199f3a2-7c1e-7000-8000-5f0c8f5a7b12';
const soon = () => new Date(Date.now() + 60_000);

function key(): KnownKey {
  const { id, secretHash } = newKey();
  const principal = { id, workspaceId: ALL_WORKSPACES, rights: new Set(['read'] as const), expiresAt: null };
  return { principal, secretHash, isRevoked: false, lastUsedAt: null };
}

test('a token is of its key, and of no other with its id', () => {
  const [own, other] = [key(), key()];
  const token = parseReadToken(newReadToken(own, EXECUTION, soon()))!;
  assert.equal(token.keyId, own.principal.id);
  assert.equal(token.executionId, EXECUTION);
  assert.ok(isOfKey(token, own));
  assert.ok(!isOfKey(token, { ...own, secretHash: hashOf('another') }));
  assert.ok(!isOfKey(token, other));
});

test('no part of a token can be changed, and an expired one is none', () => {
  const own = key();
  const text = newReadToken(own, EXECUTION, soon());
  const [, id, seconds] = text.split('_');
  const changed = [
    text.replace(EXECUTION, OTHER),
    text.replace(`_${seconds}_`, `_${Number(seconds) + 1}_`),
    text.replace(id!, 'abcdefghijkl'),
    text.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
  ];
  for (const one of changed) assert.ok(!isOfKey(parseReadToken(one)!, own), one);
  for (const none of ['', 'slr_', `${text}0`, text.slice(0, -1), newKey().text])
    assert.equal(parseReadToken(none), null);
  assert.equal(parseReadToken(newReadToken(own, EXECUTION, new Date(Date.now() - 1_000))), null);
});
