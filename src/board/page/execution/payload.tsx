import { h } from 'preact';
import type { Execution } from '../ask/shapes.ts';
import { prettyText } from '../text/exact-json.ts';
import { numberText, wordText } from '../text/text.ts';

interface PayloadProps {
  readonly execution: Execution;
  readonly kind: 'input' | 'result';
}

/** What went in or came out, as text; or why it is not there. */
export function PayloadOf({ execution, kind }: PayloadProps) {
  const omitted = kind === 'input' ? execution.inputOmitted : execution.resultOmitted;
  if (omitted !== null)
    return (
      <p class="quiet payload-none">
        {wordText(omitted.reason)}, {numberText(omitted.bytes)} bytes
      </p>
    );
  if (!(kind in execution)) return <p class="quiet payload-none">None.</p>;
  return (
    <pre class="payload" tabIndex={0}>
      {prettyText(execution[kind])}
    </pre>
  );
}
