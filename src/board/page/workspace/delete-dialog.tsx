import { h } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../ask/ask.ts';
import { ActDialog, Field, ReasonField } from '../parts/dialog.tsx';
import { searchWith } from '../place/place.ts';
import { workspacePath } from '../place/route.ts';
import { countText } from '../text/text.ts';
import type { WorkspaceDialogProps } from './workspace-dialog-props.ts';

/** Deletes a workspace, when its id is typed and the end of its work is wanted. */
export function DeleteDialog({ stats, onDone, onClose }: WorkspaceDialogProps) {
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [endWork, setEndWork] = useState(false);
  const { id, running, pending, scheduled } = stats;
  const waiting = pending + scheduled;
  const hasWork = running + waiting > 0;
  const act = async () => {
    const query = searchWith('', { endWork: hasWork ? 'true' : null, reason });
    await ask('DELETE', `/v1${workspacePath(id)}${query}`);
    onDone();
  };
  return (
    <ActDialog
      title={`Delete ${id}`}
      button="Delete"
      isDangerous
      isIncomplete={typed !== id || (hasWork && !endWork)}
      act={act}
      onClose={onClose}
    >
      <p class="consequence">
        Its executions, inputs, results and events go from Postgres, its gate ends, and its keys are revoked.
        Its record of changes stays. Temporal keeps histories until its own retention.
      </p>
      {hasWork && (
        <label class="check">
          <input
            type="checkbox"
            checked={endWork}
            onChange={(event) => setEndWork(event.currentTarget.checked)}
          />
          End its work: {countText(waiting, 'waiting execution')} cancelled,{' '}
          {countText(running, 'running one')} terminated
        </label>
      )}
      <Field name="Type its id">
        <input
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </Field>
      <ReasonField value={reason} onInput={setReason} />
    </ActDialog>
  );
}
