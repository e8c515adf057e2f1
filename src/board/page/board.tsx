import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask, whenUnknown } from './ask/ask.ts';
import { ProblemError, wordsOf } from './ask/problem-error.ts';
import type { Session } from './ask/shapes.ts';
import { goTo, usePlace } from './place/place.ts';
import { routeOf, workspacePath } from './place/route.ts';
import { Header } from './header.tsx';
import { Shown } from './shown.tsx';
import { isOfAll, SignedIn } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';

/** Before the API has said who asks. `nobody`: a key is needed. */
type Who = Session | 'unknown' | 'nobody';

/** All of the page: who asks, and what the address shows to him. */
export function Board() {
  const [who, setWho] = useState<Who>('unknown');
  const [error, setError] = useState<string | null>(null);
  const look = async () => {
    try {
      setWho(await ask<Session>('GET', '/session'));
      setError(null);
    } catch (failure) {
      if (!(failure instanceof ProblemError && failure.status === 401)) setError(wordsOf(failure));
    }
  };
  useEffect(() => {
    whenUnknown(() => setWho('nobody'));
    void look();
  }, []);
  useEffect(() => {
    if (error === null) return undefined;
    const timer = setInterval(() => void look(), TRY_AGAIN_MS);
    return () => clearInterval(timer);
  }, [error]);
  if (who === 'nobody') return <SignIn onDone={() => void look()} />;
  if (who === 'unknown') return <p class="whole-page">{error ?? ''}</p>;
  return (
    <SignedIn.Provider value={who}>
      <Signed session={who} />
    </SignedIn.Provider>
  );
}

const TRY_AGAIN_MS = 3_000;

function Signed({ session }: { readonly session: Session }) {
  const { pathname } = usePlace();
  const route = routeOf(pathname);
  const isElsewhere = !isOfAll(session) && !('workspaceId' in route);
  useEffect(() => {
    if (isElsewhere) goTo(workspacePath(session.workspaceId), 'replace');
  }, [isElsewhere]);
  return (
    <div class="board">
      <a class="skip" href="#content">
        To the content
      </a>
      <Header session={session} route={route} />
      <main id="content" tabIndex={-1}>
        {!isElsewhere && <Shown key={pathname} route={route} />}
      </main>
    </div>
  );
}
