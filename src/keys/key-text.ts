import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { base62 } from './base62.ts';
import { crc32 } from './crc32.ts';

const PREFIX = 'slc';
/** Enough that no two of an installation are the same. */
const ID_CHARS = 12;
const SECRET_BYTES = 32;
/** What 32 bytes take in base 62. */
const SECRET_CHARS = 43;
/** What a CRC-32 takes. */
const CHECKSUM_CHARS = 6;

const FORM = new RegExp(
  `^(${PREFIX}_([0-9A-Za-z]{${ID_CHARS}})_([0-9A-Za-z]{${SECRET_CHARS}}))_([0-9A-Za-z]{${CHECKSUM_CHARS}})$`,
);

/** A key as its holder sends it, in its parts. */
export interface KeyParts {
  readonly id: string;
  readonly secret: string;
}

/** A new key. `text` is shown once and kept nowhere. */
export function newKey(): { readonly id: string; readonly text: string; readonly secretHash: Buffer } {
  const id = base62(BigInt(`0x${randomBytes(16).toString('hex')}`), ID_CHARS);
  const secret = base62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), SECRET_CHARS);
  const body = `${PREFIX}_${id}_${secret}`;
  return { id, text: `${body}_${checksum(body)}`, secretHash: hashOf(secret) };
}

/** Null for what is no key: the checksum tells a mistyped one, and lets a scanner know a leaked one, without a look-up. */
export function parseKey(text: string): KeyParts | null {
  const [, body, id, secret, given] = FORM.exec(text) ?? [];
  return given !== undefined && checksum(body!) === given ? { id: id!, secret: secret! } : null;
}

/** SHA-256: a secret of 256 random bits needs nothing slower. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** In a time that does not tell how much of it is right. */
export function isSecret(secret: string, secretHash: Buffer): boolean {
  return timingSafeEqual(hashOf(secret), secretHash);
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), CHECKSUM_CHARS);
}
