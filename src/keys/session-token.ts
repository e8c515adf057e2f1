import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KnownKey } from './known-key.ts';

const FORM = /^sls_([0-9A-Za-z]{12})_(\d{10})_([0-9a-f]{64})$/;

/** A working day: a browser that somebody forgot lets nobody in the next morning. */
export const SESSION_SECONDS = 12 * 3_600;

/** Stands for its key in a browser, without the key. It is kept nowhere, and is worth nothing once its key is not. */
export interface SessionToken {
  readonly keyId: string;
  readonly expiresAt: Date;
  readonly mac: string;
}

/** @param expiresAt in whole seconds, as the token has it */
export function newSessionToken(key: KnownKey, expiresAt: Date): string {
  const body = bodyOf(key.principal.id, expiresAt);
  return `${body}_${macOf(key, body).toString('hex')}`;
}

/** Null for what is no token, and for one that has expired. Whether a key stands for it, `isSessionOfKey` tells. */
export function parseSessionToken(text: string, nowMs = Date.now()): SessionToken | null {
  const [, keyId, seconds, mac] = FORM.exec(text) ?? [];
  if (mac === undefined) return null;
  const expiresAt = new Date(Number(seconds) * 1_000);
  return expiresAt.getTime() > nowMs ? { keyId: keyId!, expiresAt, mac } : null;
}

export function isSessionOfKey({ keyId, expiresAt, mac }: SessionToken, key: KnownKey): boolean {
  return timingSafeEqual(macOf(key, bodyOf(keyId, expiresAt)), Buffer.from(mac, 'hex'));
}

function bodyOf(keyId: string, expiresAt: Date): string {
  return `sls_${keyId}_${Math.floor(expiresAt.getTime() / 1_000)}`;
}

/** By the hash, because the secret itself is nowhere. */
function macOf({ secretHash }: KnownKey, body: string): Buffer {
  return createHmac('sha256', secretHash).update(body).digest();
}
