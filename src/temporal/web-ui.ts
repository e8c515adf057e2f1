/** Links into the Temporal Web UI. */
export interface WebUi {
  /** A workflow; of its newest run unless a run is named. */
  workflow(workflowId: string, runId?: string | null): string;
  /** The tab of a gate that shows its current details. */
  gateDetails(workflowId: string, runId: string): string;
}

export function webUi(baseUrl: string, namespace: string): WebUi {
  const root = `${baseUrl.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`;
  const workflow = (workflowId: string, runId?: string | null) =>
    `${root}/${encodeURIComponent(workflowId)}${runId ? `/${encodeURIComponent(runId)}` : ''}`;
  return { workflow, gateDetails: (workflowId, runId) => `${workflow(workflowId, runId)}/user-metadata` };
}
