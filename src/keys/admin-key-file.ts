import { readFileSync } from 'node:fs';
import { OperatorError } from '../process/operator-error.ts';
import { ALL_WORKSPACES, RIGHTS } from '../domain/keys/rights.ts';
import { hashOf, parseKey } from './key-text.ts';
import type { KnownKey } from './known-key.ts';

/** Thrown when ADMIN_KEY_FILE does not hold a key. */
export class AdminKeyFileError extends OperatorError {
  override readonly name = 'AdminKeyFileError';

  constructor(file: string, problem: string, cause?: unknown) {
    super(
      `ADMIN_KEY_FILE is ${file}, and ${problem}. \`npx sluice keys generate\` prints a key to put into it.`,
      { cause },
    );
  }
}

/**
 * The key in a secret file, which may do everything and is in no database: it ends when the file has another and the process is started
 * again. Null when no file is named.
 *
 * @throws AdminKeyFileError
 */
export function readAdminKey(file: string): KnownKey | null {
  if (file === '') return null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new AdminKeyFileError(file, `it cannot be read: ${(cause as NodeJS.ErrnoException).code}`, cause);
  }
  const parts = parseKey(text);
  if (parts === null) throw new AdminKeyFileError(file, 'it does not hold exactly one key');
  return {
    principal: { id: parts.id, workspaceId: ALL_WORKSPACES, rights: new Set(RIGHTS), expiresAt: null },
    secretHash: hashOf(parts.secret),
    isRevoked: false,
    lastUsedAt: null,
  };
}
