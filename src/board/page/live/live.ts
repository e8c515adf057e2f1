import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../ask/ask.ts';
import { useAttention } from './attention.ts';

/** `still`: nobody looks at the page. `paused`: rows are selected, which must not move. `lost`: the stream is cut, and comes again. */
export type Liveness = 'connecting' | 'live' | 'still' | 'paused' | 'lost';

/** As often as a person sees, however much happens. */
const RELOADS_APART_MS = 1_000;
/** Times pass without an event: waits grow, and what has been measured goes out of its window. */
const RELOAD_AT_LEAST_EVERY_MS = 10_000;

/** What a stream says that something has happened by. */
const EVENTS = [
  'workspaces',
  'scheduled',
  'accepted',
  'admitted',
  'cancel_requested',
  'terminate_requested',
  'ended',
  'workspace_changed',
];

/**
 * Reloads when a stream of events says that something has happened, while somebody looks at the page and nothing is selected: then also at
 * once. Null is no stream.
 */
export function useLive(stream: string | null, reload: () => Promise<void>, isPaused: boolean): Liveness {
  const isAttended = useAttention();
  const [isOpen, setOpen] = useState<boolean | null>(null);
  const isOn = isAttended && !isPaused && stream !== null;
  const latest = useRef(reload);
  latest.current = reload;
  useEffect(() => {
    if (!isOn) return undefined;
    const reloads = apart(() => latest.current());
    const source = new EventSource(stream);
    source.addEventListener('open', () => {
      setOpen(true);
      reloads.ask();
    });
    source.addEventListener('error', () => {
      setOpen(false);
      // A key that was revoked ends the stream: whether it was that, the API says.
      void ask('GET', '/session').catch(() => {});
    });
    for (const event of EVENTS) source.addEventListener(event, reloads.ask);
    const timer = setInterval(reloads.ask, RELOAD_AT_LEAST_EVERY_MS);
    return () => {
      clearInterval(timer);
      reloads.stop();
      source.close();
      setOpen(null);
    };
  }, [isOn, stream]);
  if (isPaused) return 'paused';
  if (!isAttended) return 'still';
  return isOpen === null ? 'connecting' : isOpen ? 'live' : 'lost';
}

/** Does it at once when it is asked for, and again no sooner than the time after it was done. */
function apart(act: () => Promise<void>): { ask: () => void; stop: () => void } {
  let isAsked = false;
  let isBusy = false;
  let isStopped = false;
  const run = async () => {
    isBusy = true;
    while (isAsked && !isStopped) {
      isAsked = false;
      await act();
      await new Promise((resolve) => setTimeout(resolve, RELOADS_APART_MS));
    }
    isBusy = false;
  };
  return {
    ask() {
      isAsked = true;
      if (!isBusy) void run();
    },
    stop() {
      isStopped = true;
    },
  };
}
