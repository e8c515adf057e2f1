import type { WorkspaceStats } from '../ask/shapes.ts';

export interface WorkspaceActsProps {
  readonly stats: WorkspaceStats;
  /** Something has changed. */
  readonly onDone: () => void;
}

/** What every dialog about a workspace needs. */
export interface WorkspaceDialogProps extends WorkspaceActsProps {
  readonly onClose: () => void;
}
