/**
 * Thrown when a gate asks about executions before a reconcile has told it its deployment: by their memos all of them would be somebody
 * else's, and a watch would end them as failed. It is a defect of the gate, and worth trying again only with other code.
 */
export class DeploymentUnknownError extends Error {
  override readonly name = 'DeploymentUnknownError';
  readonly workspaceId: string;

  constructor(workspaceId: string) {
    super(
      `The gate of workspace ${workspaceId} does not know its deployment, so nothing was read or ended for it. Terminate the gate: the next wake or sweep starts another one.`,
    );
    this.workspaceId = workspaceId;
  }
}

/** @throws DeploymentUnknownError */
export function requireDeployment(request: {
  readonly deployment: string;
  readonly workspaceId: string;
}): void {
  if (request.deployment === '') throw new DeploymentUnknownError(request.workspaceId);
}
