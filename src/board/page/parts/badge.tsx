import { h } from 'preact';
import type { Health } from '../../../domain/health.ts';
import type { Status } from '../../../domain/status.ts';
import { wordText } from '../text/text.ts';

/** How a workspace is: a word and its colour, which says nothing that the word does not. */
export function HealthBadge({ health }: { readonly health: Health }) {
  return <span class={`badge health-${health}`}>{wordText(health)}</span>;
}

export function StatusBadge({ status }: { readonly status: Status }) {
  return <span class={`badge status-${status}`}>{wordText(status)}</span>;
}
