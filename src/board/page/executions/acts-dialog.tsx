import { h } from 'preact';
import { wordsOf } from '../ask/problem-error.ts';
import type { ExecutionSummary } from '../ask/shapes.ts';
import { ActDialog } from '../parts/dialog.tsx';
import { countText, shortId } from '../text/text.ts';
import { type ActName, actOn, actText, EXECUTION_ACTS } from './execution-acts.ts';

interface ActsDialogProps {
  readonly act: ActName;
  readonly executions: readonly ExecutionSummary[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** So many are named; of the others their number is told. */
const NAMED_MAX = 5;

/** Thrown when not all could be done. */
class SomeFailedError extends Error {
  override readonly name = 'SomeFailedError';
}

/** Does something with some executions, one after another, after it has said what and to how many. */
export function ActsDialog({ act, executions, onClose, onDone }: ActsDialogProps) {
  const { consequence, isDangerous, isFor } = EXECUTION_ACTS[act];
  const those = executions.filter(isFor);
  const others = executions.length - those.length;
  const doAll = async () => {
    const failures: string[] = [];
    for (const one of those)
      await actOn(act, one).catch((error: unknown) => failures.push(`${shortId(one.id)}: ${wordsOf(error)}`));
    onDone();
    if (failures.length > 0)
      throw new SomeFailedError(`${failures.length} of ${those.length} failed. ${failures[0]}`);
  };
  return (
    <ActDialog
      title={`${actText(act, those.length)}?`}
      button={actText(act, those.length)}
      isDangerous={isDangerous}
      isIncomplete={those.length === 0}
      act={doAll}
      onClose={onClose}
    >
      <p>{consequence}</p>
      {others > 0 && (
        <p class="quiet">
          {countText(others, 'selected execution')} {others === 1 ? 'is' : 'are'} left as{' '}
          {others === 1 ? 'it is' : 'they are'}.
        </p>
      )}
      <ul class="named">
        {those.slice(0, NAMED_MAX).map(({ id, workflowType, reference }) => (
          <li key={id}>
            {workflowType} <code>{shortId(id)}</code> {reference}
          </li>
        ))}
        {those.length > NAMED_MAX && <li class="quiet">and {those.length - NAMED_MAX} more</li>}
      </ul>
    </ActDialog>
  );
}
