import { h } from 'preact';
import { ask } from './ask/ask.ts';
import type { Session } from './ask/shapes.ts';
import type { Route } from './place/route.ts';
import { isOfAll } from './session/session.ts';

/** Rights by which something can be changed. */
const CHANGING = ['enqueue', 'cancel', 'operate', 'admin'] as const;

interface HeaderProps {
  readonly session: Session;
  readonly route: Route;
}

/** Where one can go, and as who. */
export function Header({ session, route }: HeaderProps) {
  return (
    <header class="header">
      <a href="/" class="brand">
        Sluice
      </a>
      {isOfAll(session) && (
        <nav aria-label="Pages">
          <NavLink href="/" isHere={['workspaces', 'workspace', 'execution'].includes(route.page)}>
            Workspaces
          </NavLink>
          <NavLink href="/failures" isHere={route.page === 'failures'}>
            Failures
          </NavLink>
          <NavLink href="/changes" isHere={route.page === 'changes'}>
            Changes
          </NavLink>
        </nav>
      )}
      <span class="grow" />
      <a href="/docs" class="quiet">
        API
      </a>
      <Who session={session} />
    </header>
  );
}

function NavLink(props: { readonly href: string; readonly isHere: boolean; readonly children: string }) {
  return (
    <a href={props.href} aria-current={props.isHere ? 'page' : undefined}>
      {props.children}
    </a>
  );
}

function Who({ session }: { readonly session: Session }) {
  if (session.auth === 'none') return <span class="who">no keys asked for</span>;
  const isReadOnly = !CHANGING.some((right) => session.rights.includes(right));
  const leave = async () => {
    await ask('DELETE', '/session').catch(() => {});
    await ask('GET', '/session').catch(() => {});
  };
  return (
    <span class="who">
      <span title={`May ${session.rights.join(', ')}`}>
        key <code>{session.keyId}</code>
        {isReadOnly && <span class="tag">read only</span>}
      </span>
      <button type="button" class="button small" onClick={() => void leave()}>
        Sign out
      </button>
    </span>
  );
}
