import { group } from '../group.ts';
import { listChanges } from './changes.ts';
import { deleteWorkspace } from './delete-workspace.ts';
import { listWorkspaces } from './list-workspaces.ts';
import { pauseWorkspace, resumeWorkspace } from './pause.ts';
import { getWorkspace, putWorkspace, resizeWorkspace } from './settings.ts';

export const workspaces = group('workspaces', 'Workspaces, over the API.', [
  listWorkspaces,
  getWorkspace,
  putWorkspace,
  resizeWorkspace,
  pauseWorkspace,
  resumeWorkspace,
  deleteWorkspace,
  listChanges,
]);
