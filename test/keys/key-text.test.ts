import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { base62 } from '../../src/keys/base62.ts';
import { crc32 } from '../../src/keys/crc32.ts';
import { hashOf, isSecret, newKey, parseKey } from '../../src/keys/key-text.ts';

test('a key has its id, 256 bits of secret and a checksum, in digits and letters', () => {
  const { id, text, secretHash } = newKey();
  assert.match(text, /^slc_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
  const parts = parseKey(text)!;
  assert.equal(parts.id, id);
  assert.deepEqual(hashOf(parts.secret), secretHash);
  assert.ok(isSecret(parts.secret, secretHash));
  assert.ok(!isSecret(parseKey(newKey().text)!.secret, secretHash));
});

test('one changed character makes it no key, by the checksum alone', () => {
  const { text } = newKey();
  fc.assert(
    fc.property(
      fc.nat(text.length - 1),
      fc.constantFrom('0', '9', 'A', 'Z', 'a', 'z', '_', '-'),
      (at, char) => {
        const changed = text.slice(0, at) + char + text.slice(at + 1);
        assert.equal(parseKey(changed) === null, changed !== text);
      },
    ),
  );
  for (const none of ['', 'slc_', ' ', 'Bearer', `${newKey().text} `, `${newKey().text}\n`, 'slc___'])
    assert.equal(parseKey(none), null);
});

test('no two keys are alike, in id or secret', () => {
  const keys = Array.from({ length: 500 }, newKey);
  assert.equal(new Set(keys.map(({ id }) => id)).size, 500);
  assert.equal(new Set(keys.map(({ secretHash }) => secretHash.toString('hex'))).size, 500);
});

test('base 62 has all of 256 bits in 43 digits, and keeps the order of numbers', () => {
  assert.equal(base62(2n ** 256n - 1n, 43).length, 43);
  assert.ok(62n ** 43n > 2n ** 256n);
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 256n - 1n), fc.bigInt(0n, 2n ** 256n - 1n), (a, b) => {
      const [one, other] = [base62(a, 43), base62(b, 43)];
      assert.equal(a < b, one < other);
    }),
  );
});

test("the checksum is zlib's CRC-32", { skip: zlibCrc32 === undefined }, () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => assert.equal(crc32(text), zlibCrc32(text))),
  );
});
