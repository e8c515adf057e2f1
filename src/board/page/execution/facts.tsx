import { type ComponentChildren, h } from 'preact';
import type { Execution } from '../ask/shapes.ts';
import { Labels } from '../parts/labels.tsx';
import { executionPath } from '../place/route.ts';
import { NONE, shortId } from '../text/text.ts';

/** What else is known of an execution. */
export function Facts({ execution }: { readonly execution: Execution }) {
  const { id, workspaceId, seq, reference, labels, createdBy, rerunOf, latestRerun, failure } = execution;
  return (
    <dl class="facts">
      {failure !== null && (
        <Fact name="Failure">
          <b>{failure.type}</b>
          <pre class="message">{failure.message}</pre>
        </Fact>
      )}
      <Fact name="Id">
        <code>{id}</code>
      </Fact>
      <Fact name="Number">{seq ?? NONE}</Fact>
      {reference !== null && <Fact name="Reference">{reference}</Fact>}
      {Object.keys(labels).length > 0 && (
        <Fact name="Labels">
          <Labels labels={labels} />
        </Fact>
      )}
      <Fact name="Asked for by">{createdBy === null ? 'no key' : <Asker name={createdBy} />}</Fact>
      <EndAsked execution={execution} />
      {rerunOf !== null && (
        <Fact name="Repeats">
          <a href={executionPath(workspaceId, rerunOf)}>
            <code>{shortId(rerunOf)}</code>
          </a>
        </Fact>
      )}
      {latestRerun !== null && (
        <Fact name="Run again as">
          <a href={executionPath(workspaceId, latestRerun)}>
            <code>{shortId(latestRerun)}</code>
          </a>
        </Fact>
      )}
    </dl>
  );
}

/** A key, by its id, or a role of Postgres. */
function Asker({ name }: { readonly name: string }) {
  return name.startsWith(ROLE) ? (
    <span>
      the database role <code>{name.slice(ROLE.length)}</code>
    </span>
  ) : (
    <code>{name}</code>
  );
}

const ROLE = 'role:';

function EndAsked({ execution }: { readonly execution: Execution }) {
  const { cancelRequested, cancelRequestedBy, terminateRequested, terminateRequestedBy } = execution;
  const by = terminateRequested ? terminateRequestedBy : cancelRequestedBy;
  if (!cancelRequested && !terminateRequested) return null;
  return (
    <Fact name={terminateRequested ? 'Termination asked for by' : 'Cancellation asked for by'}>
      {by === null ? 'no key' : <code>{by}</code>}
    </Fact>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
