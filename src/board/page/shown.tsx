import { h } from 'preact';
import { ChangesPage } from './changes/changes-page.tsx';
import { ExecutionPage } from './execution/execution-page.tsx';
import { FailuresPage } from './failures/failures-page.tsx';
import { Title } from './parts/title.tsx';
import type { Route } from './place/route.ts';
import { WorkspacePage } from './workspace/workspace-page.tsx';
import { WorkspacesPage } from './workspaces/workspaces-page.tsx';

/** The page of a route. */
export function Shown({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'workspaces':
      return <WorkspacesPage />;
    case 'workspace':
      return <WorkspacePage workspaceId={route.workspaceId} />;
    case 'execution':
      return <ExecutionPage workspaceId={route.workspaceId} executionId={route.executionId} />;
    case 'failures':
      return <FailuresPage />;
    case 'changes':
      return <ChangesPage />;
    case 'nowhere':
      return (
        <div class="page">
          <Title text="There is nothing here" />
          <a href="/">All workspaces</a>
        </div>
      );
    default:
      throw new Error(`unknown page ${String(route satisfies never)}`);
  }
}
