import { type Client, isGrpcServiceError } from '@temporalio/client';

/** Thrown when the namespace can not be used. */
export class NamespaceError extends Error {
  override readonly name = 'NamespaceError';
}

const NOT_FOUND = 5;

/**
 * How long Temporal keeps closed workflows in the client's namespace, in seconds.
 *
 * @throws NamespaceError when the namespace does not exist or must not be read.
 */
export async function namespaceRetentionSeconds(client: Client): Promise<number> {
  const { namespace } = client.options;
  try {
    const { config } = await client.workflowService.describeNamespace({ namespace });
    return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const cure =
      isGrpcServiceError(cause) && cause.code === NOT_FOUND
        ? `create it with \`temporal operator namespace create --namespace ${namespace}\`, or set TEMPORAL_NAMESPACE to one that exists`
        : 'check TEMPORAL_NAMESPACE and TEMPORAL_API_KEY';
    throw new NamespaceError(`TEMPORAL_NAMESPACE ${namespace} can not be used: ${why}; ${cure}.`, { cause });
  }
}
