import { h } from 'preact';
import type { Liveness } from '../live/live.ts';

const WORDS: Readonly<Record<Liveness, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  still: 'Still: the window is not in focus',
  paused: 'Paused: rows are selected',
  lost: 'Connection lost, trying again',
};

/** Whether what is shown is of now. */
export function LiveMark({ liveness }: { readonly liveness: Liveness }) {
  return (
    <span class={`live live-${liveness}`} role="status">
      {WORDS[liveness]}
    </span>
  );
}
