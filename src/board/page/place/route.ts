/** What an address shows. */
export type Route =
  | { readonly page: 'workspaces' | 'failures' | 'changes' | 'nowhere' }
  | { readonly page: 'workspace'; readonly workspaceId: string }
  | { readonly page: 'execution'; readonly workspaceId: string; readonly executionId: string };

/** The server answers the same page at all of these, and at no other (PAGE_PATHS). */
export function routeOf(pathname: string): Route {
  const [first, workspaceId, third, executionId, ...more] = pathname
    .split('/')
    .slice(1)
    .map(decodeURIComponent);
  if (pathname === '/') return { page: 'workspaces' };
  if ((first === 'failures' || first === 'changes') && workspaceId === undefined) return { page: first };
  if (first !== 'workspaces' || workspaceId === undefined || workspaceId === '' || more.length > 0)
    return { page: 'nowhere' };
  if (third === undefined) return { page: 'workspace', workspaceId };
  return third === 'executions' && executionId !== undefined
    ? { page: 'execution', workspaceId, executionId }
    : { page: 'nowhere' };
}

export function workspacePath(workspaceId: string): string {
  return `/workspaces/${encodeURIComponent(workspaceId)}`;
}

export function executionPath(workspaceId: string, executionId: string): string {
  return `${workspacePath(workspaceId)}/executions/${encodeURIComponent(executionId)}`;
}
