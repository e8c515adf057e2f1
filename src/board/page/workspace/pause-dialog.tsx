import { h } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../ask/ask.ts';
import { ActDialog, Field, ReasonField } from '../parts/dialog.tsx';
import { workspacePath } from '../place/route.ts';
import { countText } from '../text/text.ts';
import type { WorkspaceDialogProps } from './workspace-dialog-props.ts';

const MINUTE_MS = 60_000;

/** For how long, in minutes; empty: until somebody resumes it. */
const SPANS = [
  ['', 'until somebody resumes it'],
  ['15', '15 minutes'],
  ['60', 'an hour'],
  ['240', '4 hours'],
  ['1440', 'a day'],
] as const;

export function PauseDialog({ stats, onDone, onClose }: WorkspaceDialogProps) {
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState('');
  const act = async () => {
    const until = minutes === '' ? null : new Date(Date.now() + Number(minutes) * MINUTE_MS).toISOString();
    await ask('PUT', `/v1${workspacePath(stats.id)}/pause`, { reason, ...(until !== null && { until }) });
    onDone();
  };
  return (
    <ActDialog
      title={`Pause ${stats.id}`}
      button="Pause"
      isIncomplete={reason.trim() === ''}
      act={act}
      onClose={onClose}
    >
      <ReasonField value={reason} isRequired onInput={setReason} />
      <Field name="For">
        <select value={minutes} onChange={(event) => setMinutes(event.currentTarget.value)}>
          {SPANS.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      <p class="consequence">
        Nothing is admitted; requests are accepted and wait. {consequence(stats.running)}
      </p>
    </ActDialog>
  );
}

function consequence(running: number): string {
  if (running === 0) return 'Nothing runs now.';
  return running === 1
    ? 'The one that runs goes on.'
    : `The ${countText(running, 'execution')} that run go on.`;
}
