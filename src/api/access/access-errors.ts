import { ALL_WORKSPACES, type Principal, type Right } from '../../domain/keys/rights.ts';

/** Thrown when a request brings no key, or none that lets anybody in. What is wrong with a key is not told. */
export class UnauthenticatedError extends Error {
  override readonly name = 'UnauthenticatedError';
  readonly isMissing: boolean;

  constructor(isMissing: boolean) {
    super(
      isMissing
        ? 'Send a key: `Authorization: Bearer slc_...`. `POST /v1/keys` or `npx sluice keys create` makes one.'
        : 'The key or token is not valid: mistyped, unknown, revoked, expired, or for something else.',
    );
    this.isMissing = isMissing;
  }
}

/** Thrown when a key is valid and may not do what is asked. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
  readonly missingRight: Right;

  constructor({ rights, workspaceId }: Principal, missingRight: Right) {
    super(
      rights.has(missingRight)
        ? `This needs the right to ${missingRight} in all workspaces, and the key is of the workspace ${workspaceId}.`
        : `The key has no right to ${missingRight}${workspaceId === ALL_WORKSPACES ? '' : ` in the workspace ${workspaceId}`}.`,
    );
    this.missingRight = missingRight;
  }
}
