/** What a key can allow. `cancel` ends executions, terminates them and deletes their payloads; `operate` changes tiers and limits; `admin` has keys and workspaces. */
export const RIGHTS = ['enqueue', 'read', 'cancel', 'operate', 'admin'] as const;
export type Right = (typeof RIGHTS)[number];

/** What a key of a single workspace can allow: the others are about more than one. */
export const WORKSPACE_RIGHTS: readonly Right[] = ['enqueue', 'read', 'cancel'];

/** In place of a workspace's id, which has no such character: all of them. */
export const ALL_WORKSPACES = '*';

/** Who asks, and what it may do where. */
export interface Principal {
  /** Of its key; `anonymous` where nobody is asked for one. */
  readonly id: string;
  /** A workspace's id, or ALL_WORKSPACES. */
  readonly workspaceId: string;
  readonly rights: ReadonlySet<Right>;
  /** Null: never. */
  readonly expiresAt: Date | null;
}

const ANONYMOUS_ID = 'anonymous';

export const ANONYMOUS: Principal = {
  id: ANONYMOUS_ID,
  workspaceId: ALL_WORKSPACES,
  rights: new Set(RIGHTS),
  expiresAt: null,
};

/** The principal as rows name it: null when nobody was asked for a key. */
export function idInRows({ id }: Pick<Principal, 'id'>): string | null {
  return id === ANONYMOUS_ID ? null : id;
}
