/** The installation that a database belongs to, and the namespace it is bound to; null before the first worker started. */
export interface Deployment {
  readonly id: string;
  readonly namespaceId: string | null;
  readonly namespaceName: string | null;
}
