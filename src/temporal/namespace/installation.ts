import type { Deployment } from '../../domain/deployment.ts';
import type { NamespaceFacts } from './namespace.ts';
import { OperatorError } from '../../process/operator-error.ts';

type Named = Pick<NamespaceFacts, 'id' | 'name'>;

/** Thrown when a database is bound to another namespace than the one that Temporal's settings name. */
export class NamespaceMismatchError extends OperatorError {
  override readonly name = 'NamespaceMismatchError';
  readonly bound: Named;
  readonly found: Named;

  constructor(bound: Named, found: Named) {
    super(
      `The database is bound to the Temporal namespace ${bound.name} (id ${bound.id}), and TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE lead to ${found.name} (id ${found.id}). ` +
        `Set them to the first one, or move the database on purpose: npx sluice bind --to ${found.name} (docs/installations.md).`,
    );
    this.bound = bound;
    this.found = found;
  }
}

/** Thrown when a namespace is already that of another installation, which has a database of its own. */
export class NamespaceTakenError extends OperatorError {
  override readonly name = 'NamespaceTakenError';
  readonly owner: string;
  readonly deployment: string;

  constructor(namespace: string, owner: string, deployment: string) {
    super(
      `The Temporal namespace ${namespace} is that of deployment ${owner}, and this database is deployment ${deployment}: two installations need a namespace each. ` +
        `Set TEMPORAL_NAMESPACE to another one. If the first is gone for good, take its place: npx sluice bind --to ${namespace} --take-over (docs/installations.md).`,
    );
    this.owner = owner;
    this.deployment = deployment;
  }
}

/** @throws NamespaceMismatchError; not for a database that is not bound yet */
export function refuseOtherNamespace({ namespaceId, namespaceName }: Deployment, found: Named): void {
  if (namespaceId === null || namespaceId === found.id) return;
  throw new NamespaceMismatchError({ id: namespaceId, name: namespaceName ?? '?' }, found);
}

/** @throws NamespaceTakenError; not when nobody owns the namespace yet */
export function refuseOtherOwner({ id }: Deployment, owner: string | null, namespace: string): void {
  if (owner !== null && owner !== id) throw new NamespaceTakenError(namespace, owner, id);
}
