import { h } from 'preact';
import { NONE, sinceText, timeText } from '../text/text.ts';

interface SinceProps {
  readonly time: string | null;
  readonly nowMs: number;
  /** Behind the duration. */
  readonly word?: string;
}

/** How long ago something was; the time itself is told when one points at it. */
export function Since({ time, nowMs, word = '' }: SinceProps) {
  if (time === null) return <span class="quiet">{NONE}</span>;
  return (
    <time dateTime={time} title={timeText(time)}>
      {sinceText(time, nowMs)}
      {word}
    </time>
  );
}
