import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KnownKey } from './known-key.ts';

const FORM = /^slr_([0-9A-Za-z]{12})_(\d{10})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9a-f]{64})$/;

/** A leaked token is of use for an hour at most. */
export const READ_TOKEN_MAX_SECONDS = 3_600;

/** Reads one execution for a while, for where no header can be sent. It is kept nowhere, and is worth nothing once its key is not. */
export interface ReadToken {
  readonly keyId: string;
  readonly expiresAt: Date;
  readonly executionId: string;
  readonly mac: string;
}

export function newReadToken(key: KnownKey, executionId: string, expiresAt: Date): string {
  const body = bodyOf(key.principal.id, expiresAt, executionId);
  return `${body}_${macOf(key, body).toString('hex')}`;
}

/** Null for what is no token, and for one that has expired. Whether a key stands for it, `isOfKey` tells. */
export function parseReadToken(text: string, nowMs = Date.now()): ReadToken | null {
  const [, keyId, seconds, executionId, mac] = FORM.exec(text) ?? [];
  if (mac === undefined) return null;
  const expiresAt = new Date(Number(seconds) * 1_000);
  return expiresAt.getTime() > nowMs ? { keyId: keyId!, expiresAt, executionId: executionId!, mac } : null;
}

export function isOfKey({ keyId, expiresAt, executionId, mac }: ReadToken, key: KnownKey): boolean {
  return timingSafeEqual(macOf(key, bodyOf(keyId, expiresAt, executionId)), Buffer.from(mac, 'hex'));
}

function bodyOf(keyId: string, expiresAt: Date, executionId: string): string {
  return `slr_${keyId}_${Math.floor(expiresAt.getTime() / 1_000)}_${executionId}`;
}

/** By the hash, because the secret itself is nowhere. */
function macOf({ secretHash }: KnownKey, body: string): Buffer {
  return createHmac('sha256', secretHash).update(body).digest();
}
