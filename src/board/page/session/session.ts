import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Right } from '../../../domain/keys/rights.ts';
import type { Session } from '../ask/shapes.ts';

/** Who is signed in. */
export const SignedIn = createContext<Session | null>(null);

/** Null before anybody is. */
export function useSession(): Session | null {
  return useContext(SignedIn);
}

/** Whether the key has that right where it holds. The API decides; the board shows no button for what would be refused. */
export function useRight(right: Right): boolean {
  return useSession()?.rights.includes(right) === true;
}

/** Whether the key is of all workspaces. */
export function isOfAll({ workspaceId }: Session): boolean {
  return workspaceId === '*';
}
