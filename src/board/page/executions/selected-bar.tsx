import { h } from 'preact';
import { useState } from 'preact/hooks';
import type { ExecutionSummary } from '../ask/shapes.ts';
import type { Selection } from '../parts/selection.ts';
import { useSession } from '../session/session.ts';
import { countText } from '../text/text.ts';
import { ActsDialog } from './acts-dialog.tsx';
import { type ActName, EXECUTION_ACTS } from './execution-acts.ts';

interface SelectedBarProps {
  readonly selection: Selection;
  readonly onDone: () => void;
}

/** What is to be done with which; they stay the ones that were asked about, whatever is selected meanwhile. */
interface Asked {
  readonly act: ActName;
  readonly executions: readonly ExecutionSummary[];
}

/** What can be done with the selected rows. Shown while there are some. */
export function SelectedBar({ selection, onDone }: SelectedBarProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const { selected, clear } = selection;
  const acts = useActsFor(selected);
  const done = () => {
    clear();
    onDone();
  };
  return (
    <div class="selected-place">
      {selected.length > 0 && (
        <div class="selected-bar" role="region" aria-label="Selected executions">
          <b>{countText(selected.length, 'execution')} selected</b>
          {acts.map((act) => (
            <ActButton key={act} act={act} isSmall onClick={() => setAsked({ act, executions: selected })} />
          ))}
          <button type="button" class="button small" onClick={clear}>
            Clear
          </button>
        </div>
      )}
      {asked !== null && <ActsDialog {...asked} onDone={done} onClose={() => setAsked(null)} />}
    </div>
  );
}

interface ActButtonProps {
  readonly act: ActName;
  readonly isSmall?: boolean;
  readonly onClick: () => void;
}

export function ActButton({ act, isSmall = false, onClick }: ActButtonProps) {
  const { word, isDangerous } = EXECUTION_ACTS[act];
  return (
    <button
      type="button"
      class={`button${isSmall ? ' small' : ''}${isDangerous ? ' danger' : ''}`}
      onClick={onClick}
    >
      {word}
    </button>
  );
}

/** What the key may do with at least one of these. */
export function useActsFor(executions: readonly ExecutionSummary[]): ActName[] {
  const rights = useSession()?.rights ?? [];
  return (Object.keys(EXECUTION_ACTS) as ActName[]).filter((act) => {
    const { right, isFor } = EXECUTION_ACTS[act];
    return rights.includes(right) && executions.some(isFor);
  });
}
