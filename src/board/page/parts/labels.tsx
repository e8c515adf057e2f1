import { h } from 'preact';

/** What the caller's own system calls it: a reference and labels. */
export function Labels({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return null;
  return (
    <ul class="labels" aria-label="Labels">
      {entries.map(([name, value]) => (
        <li key={name}>
          <span class="quiet">{name}</span> {value}
        </li>
      ))}
    </ul>
  );
}
