import { h } from 'preact';
import { ask } from '../ask/ask.ts';
import { ActDialog } from '../parts/dialog.tsx';
import { workspacePath } from '../place/route.ts';
import { countText } from '../text/text.ts';
import type { WorkspaceDialogProps } from './workspace-dialog-props.ts';

export function ResumeDialog({ stats, onDone, onClose }: WorkspaceDialogProps) {
  const { id, pending, limit, running } = stats;
  const admitted = Math.max(0, Math.min(pending, limit - running));
  const act = async () => {
    await ask('DELETE', `/v1${workspacePath(id)}/pause`);
    onDone();
  };
  return (
    <ActDialog title={`Resume ${id}`} button="Resume" act={act} onClose={onClose}>
      <p class="consequence">
        {admitted === 0
          ? 'Nothing waits for a free slot now.'
          : `Of what waits, ${countText(admitted, 'execution')} may start at once.`}
      </p>
    </ActDialog>
  );
}
