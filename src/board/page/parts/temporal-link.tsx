import { h } from 'preact';

interface TemporalLinkProps {
  readonly url: string | null;
  /** What it shows there. */
  readonly of: string;
}

/** To the Temporal Web UI, which is another program; nothing of ours is told to it. */
export function TemporalLink({ url, of }: TemporalLinkProps) {
  if (url === null || !/^https?:\/\//.test(url)) return null;
  return (
    <a
      class="outside"
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={`${of} in the Temporal Web UI`}
    >
      Temporal
    </a>
  );
}
