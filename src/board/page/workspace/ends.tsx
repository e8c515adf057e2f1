import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../ask/ask.ts';
import { useAnswer } from '../ask/use-answer.ts';
import type { ExecutionSummary, Page } from '../ask/shapes.ts';
import { endColumnsAt } from '../executions/end-columns.tsx';
import { ExecutionsTable } from '../executions/executions-table.tsx';
import { Notice } from '../parts/notice.tsx';
import { Section } from '../parts/section.tsx';
import type { Selection } from '../parts/selection.ts';
import { workspacePath } from '../place/route.ts';
import { FAILURE_STATUSES, TERMINAL_STATUSES } from '../../../domain/status.ts';

interface EndsProps {
  readonly workspaceId: string;
  /** Whenever it is another, the ends are read again. */
  readonly watched: unknown;
  readonly nowMs: number;
  readonly selection?: Selection;
}

/** Of each status, and of all of them together. */
const ROWS = 15;

/** What ended lately, and what of it went wrong. */
export function Ends({ workspaceId, watched, nowMs, selection }: EndsProps) {
  const [isFailures, setFailures] = useState(false);
  const path = `/v1${workspacePath(workspaceId)}/executions?limit=${ROWS}&status=`;
  const ends = useAnswer(`${path}${(isFailures ? FAILURE_STATUSES : TERMINAL_STATUSES).join(' ')}`, readEnds);
  useEffect(() => void ends.reload(), [watched]);
  return (
    <Section
      name="Ended"
      about={
        <div class="switch" role="group" aria-label="Which">
          <button type="button" aria-pressed={!isFailures} onClick={() => setFailures(false)}>
            All
          </button>
          <button type="button" aria-pressed={isFailures} onClick={() => setFailures(true)}>
            Failures
          </button>
        </div>
      }
    >
      <Notice error={ends.error} />
      <ExecutionsTable
        name="Ended"
        rows={ends.value}
        columns={endColumnsAt(nowMs)}
        none={isFailures ? 'Nothing failed.' : 'Nothing has ended yet.'}
        {...(selection && { selection })}
      />
    </Section>
  );
}

/** The API lists one status at a time; an end is looked for in each. */
async function readEnds(path: string, signal: AbortSignal): Promise<ExecutionSummary[]> {
  const at = path.indexOf('status=') + 'status='.length;
  const pages = await Promise.all(
    path
      .slice(at)
      .split(' ')
      .map((status) => ask<Page<ExecutionSummary>>('GET', path.slice(0, at) + status, undefined, signal)),
  );
  return pages
    .flatMap(({ items }) => items)
    .sort((one, other) => (other.closedAt ?? '').localeCompare(one.closedAt ?? ''))
    .slice(0, ROWS);
}
