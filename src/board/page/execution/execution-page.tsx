import { h } from 'preact';
import { useState } from 'preact/hooks';
import { askText } from '../ask/ask.ts';
import { useAnswer } from '../ask/use-answer.ts';
import type { Execution, Explanation } from '../ask/shapes.ts';
import { ActsDialog } from '../executions/acts-dialog.tsx';
import type { ActName } from '../executions/execution-acts.ts';
import { ActButton, useActsFor } from '../executions/selected-bar.tsx';
import { useLive } from '../live/live.ts';
import { useNow } from '../live/now.ts';
import { StatusBadge } from '../parts/badge.tsx';
import { LiveMark } from '../parts/live-mark.tsx';
import { Notice } from '../parts/notice.tsx';
import { Section } from '../parts/section.tsx';
import { TemporalLink } from '../parts/temporal-link.tsx';
import { Title } from '../parts/title.tsx';
import { executionPath, workspacePath } from '../place/route.ts';
import { readExact } from '../text/exact-json.ts';
import { shortId } from '../text/text.ts';
import { isTerminal } from '../../../domain/status.ts';
import { Facts } from './facts.tsx';
import { PayloadOf } from './payload.tsx';
import { TimeLine } from './time-line.tsx';

interface ExecutionPageProps {
  readonly workspaceId: string;
  readonly executionId: string;
}

/** One execution: where it stands and why, when what happened, what went in and what came out. */
export function ExecutionPage({ workspaceId, executionId }: ExecutionPageProps) {
  const path = `/v1${executionPath(workspaceId, executionId)}`;
  const execution = useAnswer(path, readExecution);
  const explanation = useAnswer<Explanation>(`${path}/explain`);
  const found = execution.value;
  const hasEnded = found !== null && isTerminal(found.status);
  const reload = async () => void (await Promise.all([execution.reload(), explanation.reload()]));
  const liveness = useLive(hasEnded ? null : `${path}/events`, reload, false);
  const nowMs = useNow();
  return (
    <div class="page">
      <nav class="crumbs" aria-label="Above">
        <a href={workspacePath(workspaceId)}>{workspaceId}</a>
      </nav>
      <div class="page-head">
        <Title text={found === null ? shortId(executionId) : `${found.workflowType} ${shortId(executionId)}`}>
          {found?.workflowType} <code class="quiet">{shortId(executionId)}</code>
        </Title>
        {found !== null && <StatusBadge status={found.status} />}
        <span class="grow" />
        {!hasEnded && <LiveMark liveness={liveness} />}
        {found !== null && <Acts execution={found} onDone={() => void reload()} />}
      </div>
      <Notice error={execution.error} />
      {explanation.value !== null && <p class="sentence">{explanation.value.sentence}</p>}
      {found !== null && (
        <div>
          <TimeLine execution={found} nowMs={nowMs} />
          <Facts execution={found} />
          <div class="columns">
            <Section name="Input">
              <PayloadOf execution={found} kind="input" />
            </Section>
            <Section name="Result">
              <PayloadOf execution={found} kind="result" />
            </Section>
          </div>
        </div>
      )}
    </div>
  );
}

/** Numbers of payloads stay as they were written. */
async function readExecution(path: string, signal: AbortSignal): Promise<Execution> {
  return readExact(await askText('GET', path, undefined, signal)) as Execution;
}

function Acts({ execution, onDone }: { readonly execution: Execution; readonly onDone: () => void }) {
  const [asked, setAsked] = useState<ActName | null>(null);
  const acts = useActsFor([execution]);
  return (
    <div class="acts">
      <TemporalLink url={execution.webUrl} of="This execution" />
      {acts.map((act) => (
        <ActButton key={act} act={act} onClick={() => setAsked(act)} />
      ))}
      {asked !== null && (
        <ActsDialog act={asked} executions={[execution]} onDone={onDone} onClose={() => setAsked(null)} />
      )}
    </div>
  );
}
