import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { SystemUser } from '../postgres/postgres-user.ts';

const SECRET_BYTES = 24;

/** A secret of this installation, made at first need; its file is readable by its owner alone. Safe as it is in a URL. */
export function secretFrom(file: string, owner?: SystemUser): string {
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(SECRET_BYTES).toString('hex'), { mode: 0o600 });
    if (owner) chownSync(file, owner.uid, owner.gid);
  }
  return readFileSync(file, 'utf8').trim();
}
