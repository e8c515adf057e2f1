import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../ask/ask.ts';
import { wordsOf } from '../ask/problem-error.ts';
import { type ActName, actText, EXECUTION_ACTS } from '../executions/execution-acts.ts';
import { ActDialog, Field, ReasonField } from '../parts/dialog.tsx';
import { workspacePath } from '../place/route.ts';
import { useSession } from '../session/session.ts';
import type { BulkAct } from '../ask/shapes.ts';
import { countText, numberText, wordText } from '../text/text.ts';
import { type BulkFields, filterOf, statusesFor } from './bulk-filter.ts';
import type { WorkspaceDialogProps } from './workspace-dialog-props.ts';

const COUNT_AFTER_MS = 250;

/** Cancels, terminates or runs again all executions that match, on the server, however many they are. */
export function BulkDialog({ stats, onDone, onClose }: WorkspaceDialogProps) {
  const rights = useSession()?.rights ?? [];
  const acts = (Object.keys(EXECUTION_ACTS) as ActName[]).filter((name) =>
    rights.includes(EXECUTION_ACTS[name].right),
  );
  const [fields, setFields] = useState<BulkFields>(() => emptyFor(acts[0] ?? 'cancel'));
  const [reason, setReason] = useState('');
  const path = `/v1${workspacePath(stats.id)}/bulk-acts`;
  const asked = { act: fields.act, filter: filterOf(fields) };
  const count = useCount(path, asked);
  const [progress, setProgress] = useState<BulkAct | null>(null);
  const act = async () => {
    try {
      const body = { ...asked, expected: count.matching, ...(reason !== '' && { reason }) };
      await untilDone(path, await ask<BulkAct>('POST', path, body), setProgress);
    } catch (error) {
      count.again();
      throw error;
    }
    onDone();
  };
  return (
    <ActDialog
      title={`All that match, in ${stats.id}`}
      button={count.matching === null ? 'Count first' : actText(fields.act, count.matching)}
      isDangerous={EXECUTION_ACTS[fields.act].isDangerous}
      isIncomplete={count.matching === null || count.matching === 0}
      act={act}
      onClose={onClose}
    >
      <BulkFilter acts={acts} fields={fields} onChange={setFields} />
      <ReasonField value={reason} onInput={setReason} />
      <p class="consequence" role="status">
        {progress === null
          ? `${count.error ?? countWords(count.matching)} ${EXECUTION_ACTS[fields.act].consequence}`
          : progressText(progress)}
      </p>
    </ActDialog>
  );
}

function countWords(matching: number | null): string {
  return matching === null
    ? 'Counting…'
    : `${countText(matching, 'execution')} match${matching === 1 ? 'es' : ''}.`;
}

function emptyFor(act: ActName): BulkFields {
  return { act, status: act === 'rerun' ? 'failed' : 'pending', workflowType: '', reference: '', label: '' };
}

/** Workers carry it on, whether or not somebody looks. */
function progressText({ done, matching, skipped, failed, state }: BulkAct): string {
  const left = [
    skipped > 0 ? `${numberText(skipped)} no longer matched` : '',
    failed > 0 ? `${numberText(failed)} were refused` : '',
    state === 'waiting' ? 'the queue has no room, and it goes on by itself' : '',
  ].filter((part) => part !== '');
  return [`${numberText(done)} of ${numberText(matching)} done`, ...left].join(', ') + '.';
}

const LOOK_EVERY_MS = 500;

async function untilDone(path: string, accepted: BulkAct, tell: (act: BulkAct) => void): Promise<void> {
  for (let now = accepted; ; now = await ask<BulkAct>('GET', `${path}/${accepted.id}`)) {
    tell(now);
    if (now.state === 'done') return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

interface Count {
  readonly matching: number | null;
  readonly error: string | null;
}

interface Counted extends Count {
  /** For when it has become another. */
  readonly again: () => void;
}

/** How many match now; counted again when what is asked for changes. */
function useCount(path: string, asked: { readonly act: ActName; readonly filter: object }): Counted {
  const [counted, setCounted] = useState<Count>({ matching: null, error: null });
  const [times, setTimes] = useState(0);
  const text = JSON.stringify(asked);
  useEffect(() => {
    setCounted({ matching: null, error: null });
    const asking = new AbortController();
    const timer = setTimeout(() => {
      ask<{ matching: number }>('POST', path, { ...asked, preview: true }, asking.signal)
        .then(({ matching }) => setCounted({ matching, error: null }))
        .catch((error: unknown) => {
          if (!asking.signal.aborted) setCounted({ matching: null, error: wordsOf(error) });
        });
    }, COUNT_AFTER_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [path, text, times]);
  return { ...counted, again: () => setTimes((before) => before + 1) };
}

interface BulkFilterProps {
  readonly acts: readonly ActName[];
  readonly fields: BulkFields;
  readonly onChange: (fields: BulkFields) => void;
}

function BulkFilter({ acts, fields, onChange }: BulkFilterProps) {
  const text = (name: 'workflowType' | 'reference' | 'label', words: string, hint?: string) => (
    <Field name={words} {...(hint !== undefined && { hint })}>
      <input
        type="text"
        spellcheck={false}
        value={fields[name]}
        onInput={(event) => onChange({ ...fields, [name]: event.currentTarget.value })}
      />
    </Field>
  );
  return (
    <div class="field-grid">
      <Field name="Do">
        <select
          value={fields.act}
          onChange={(event) => onChange({ ...emptyFor(event.currentTarget.value as ActName) })}
        >
          {acts.map((act) => (
            <option key={act} value={act}>
              {EXECUTION_ACTS[act].word}
            </option>
          ))}
        </select>
      </Field>
      <Field name="Status">
        <select
          value={fields.status}
          onChange={(event) => onChange({ ...fields, status: event.currentTarget.value })}
        >
          <option value="">any</option>
          {statusesFor(fields.act).map((status) => (
            <option key={status} value={status}>
              {wordText(status)}
            </option>
          ))}
        </select>
      </Field>
      {text('workflowType', 'Workflow type')}
      {text('reference', 'Reference')}
      {text('label', 'Label', 'As key=value.')}
    </div>
  );
}
