import { ALL_WORKSPACES, type Principal, type Right, WORKSPACE_RIGHTS } from '../../../domain/keys/rights.ts';
import { requireWithinOwn } from '../../../keys/key-rules.ts';
import { InvalidRequestError } from '../../problems/invalid-request.ts';

interface Asked {
  readonly workspaceId: string;
  readonly rights: readonly Right[];
  /** Undefined: the maker's own. */
  readonly expiresAt: Date | null | undefined;
}

/** What a key is to be, within what its maker may make, as its row has it. */
export interface GrantedKey {
  readonly workspaceId: string | null;
  readonly rights: readonly Right[];
  readonly expiresAt: Date | null;
}

/** @throws InvalidRequestError, KeyBeyondOwnError */
export function grantedKey(maker: Principal, { workspaceId, rights, ...asked }: Asked): GrantedKey {
  const expiresAt = asked.expiresAt === undefined ? maker.expiresAt : asked.expiresAt;
  const tooMuch = rights.filter((right) => !WORKSPACE_RIGHTS.includes(right));
  if (workspaceId !== ALL_WORKSPACES && tooMuch.length > 0)
    throw invalid('/rights', `has ${tooMuch.join(', ')}, which only a key of all workspaces can have`);
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) throw invalid('/expiresAt', 'has passed');
  requireWithinOwn(maker, { workspaceId, rights, expiresAt });
  return { workspaceId: workspaceId === ALL_WORKSPACES ? null : workspaceId, rights, expiresAt };
}

/** Undefined when it was left out. */
export function momentOf(text: string | null | undefined): Date | null | undefined {
  if (text === null || text === undefined) return text;
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) throw invalid('/expiresAt', 'is no moment that there is');
  return moment;
}

function invalid(path: string, message: string): InvalidRequestError {
  return new InvalidRequestError([{ in: 'body', path, message }]);
}
