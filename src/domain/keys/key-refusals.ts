/** What is refused about keys, as in ../refusals.ts. */

/** Thrown when a key is named that does not exist. */
export class KeyNotFoundError extends Error {
  override readonly name = 'KeyNotFoundError';

  constructor(keyId: string) {
    super(`There is no key ${keyId}. GET /v1/keys lists all of them.`);
  }
}

/** Thrown when a key is to be rotated that is revoked, has expired or has been rotated before. */
export class KeyNotAliveError extends Error {
  override readonly name = 'KeyNotAliveError';

  constructor(keyId: string, why: string) {
    super(`Key ${keyId} ${why}, so it cannot be rotated. Make a new one with POST /v1/keys.`);
  }
}

/** Thrown when a key would make another that may do more than itself, or for longer. */
export class KeyBeyondOwnError extends Error {
  override readonly name = 'KeyBeyondOwnError';

  constructor(beyond: string) {
    super(`A key makes no key that may do more than itself, or for longer: ${beyond}.`);
  }
}
