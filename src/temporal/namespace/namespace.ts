import { type Client, isGrpcServiceError } from '@temporalio/client';
import { OperatorError } from '../../process/operator-error.ts';

/** Thrown when the namespace cannot be used. */
export class NamespaceError extends OperatorError {
  override readonly name = 'NamespaceError';
}

/** A namespace as Temporal describes it. */
export interface NamespaceFacts {
  /** Temporal's own id: another one for a namespace of the same name on another server, or one that was made again. */
  readonly id: string;
  readonly name: string;
  /** How long closed workflows are kept. */
  readonly retentionSeconds: number;
}

const NOT_FOUND = 5;

/**
 * The least retention that Sluice works with: an outcome is read from Temporal when no gate heard of it, so it has to outlive a restart of
 * every worker. One hour is also the least that a Temporal server takes by default.
 */
const RETENTION_MIN_SECONDS = 3600;

/**
 * Describes the client's namespace.
 *
 * @throws NamespaceError when the namespace does not exist or must not be read
 */
export async function describeNamespace(client: Client): Promise<NamespaceFacts> {
  const { namespace } = client.options;
  try {
    const { config, namespaceInfo } = await client.workflowService.describeNamespace({ namespace });
    return {
      // A server that tells no id has no second namespace of that name.
      id: namespaceInfo?.id || namespace,
      name: namespace,
      retentionSeconds: Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const cure =
      isGrpcServiceError(cause) && cause.code === NOT_FOUND
        ? `create it with \`temporal operator namespace create --namespace ${namespace}\`, or set TEMPORAL_NAMESPACE to one that exists`
        : 'check TEMPORAL_NAMESPACE and TEMPORAL_API_KEY';
    throw new NamespaceError(`TEMPORAL_NAMESPACE ${namespace} cannot be used: ${why}; ${cure}.`, { cause });
  }
}

/** @throws NamespaceError when the namespace keeps closed workflows for less than an hour */
export function refuseShortRetention({ name, retentionSeconds }: NamespaceFacts): void {
  if (retentionSeconds >= RETENTION_MIN_SECONDS) return;
  throw new NamespaceError(
    `TEMPORAL_NAMESPACE ${name} keeps closed workflows for ${retentionSeconds} s, and Sluice needs ${RETENTION_MIN_SECONDS} s or more to learn how they ended. ` +
      `Raise it: temporal operator namespace update --namespace ${name} --retention 72h`,
  );
}
