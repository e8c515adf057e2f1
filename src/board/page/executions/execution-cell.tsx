import { h } from 'preact';
import type { ExecutionSummary } from '../ask/shapes.ts';
import { executionPath } from '../place/route.ts';
import { shortId } from '../text/text.ts';

/** Which execution: its type, the end of its id, and what its caller calls it. */
export function ExecutionCell({ execution }: { readonly execution: ExecutionSummary }) {
  const { id, workspaceId, workflowType, reference } = execution;
  return (
    <div class="execution">
      <a href={executionPath(workspaceId, id)} title={id}>
        <span class="type">{workflowType}</span> <code>{shortId(id)}</code>
      </a>
      {reference !== null && <span class="reference">{reference}</span>}
    </div>
  );
}
