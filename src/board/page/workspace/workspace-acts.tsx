import { h } from 'preact';
import { useState } from 'preact/hooks';
import { useSession } from '../session/session.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { LimitDialog } from './limit-dialog.tsx';
import { PauseDialog } from './pause-dialog.tsx';
import { ResumeDialog } from './resume-dialog.tsx';
import type { WorkspaceActsProps } from './workspace-dialog-props.ts';

type Dialog = 'limit' | 'pause' | 'resume' | 'bulk' | 'delete';

const DIALOGS = {
  limit: LimitDialog,
  pause: PauseDialog,
  resume: ResumeDialog,
  bulk: BulkDialog,
  delete: DeleteDialog,
} as const;

/** What the key may do with the workspace. */
export function WorkspaceActs({ stats, onDone }: WorkspaceActsProps) {
  const [open, setOpen] = useState<Dialog | null>(null);
  const rights = useSession()?.rights ?? [];
  const mayOperate = rights.includes('operate');
  const mayEnd = rights.includes('cancel') || rights.includes('enqueue');
  const Opened = open === null ? null : DIALOGS[open];
  const button = (dialog: Dialog, words: string) => (
    <button type="button" class="button" onClick={() => setOpen(dialog)}>
      {words}
    </button>
  );
  return (
    <div class="acts">
      {mayOperate && button('limit', 'Change limit')}
      {mayOperate && (stats.paused === null ? button('pause', 'Pause') : button('resume', 'Resume'))}
      {mayEnd && button('bulk', 'All that match')}
      {rights.includes('admin') && button('delete', 'Delete')}
      {Opened !== null && <Opened stats={stats} onDone={onDone} onClose={() => setOpen(null)} />}
    </div>
  );
}
