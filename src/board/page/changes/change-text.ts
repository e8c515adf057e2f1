import type { Change } from '../ask/shapes.ts';
import { wordText } from '../text/text.ts';

/** Fields that the change itself says, or says nothing by. */
const UNSAID = new Set(['updatedAt', 'since', 'reason', 'by']);

/** What a change changed: `limit 5 → 8`. Empty for an act that says all by its name. */
export function changeText({ from, to }: Pick<Change, 'from' | 'to'>): string {
  const names = [...new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})])];
  return names
    .filter((name) => !UNSAID.has(name) && valueText(from?.[name]) !== valueText(to?.[name]))
    .map((name) => {
      const before = from === null ? '' : `${valueText(from[name])} → `;
      return `${fieldText(name)} ${before}${valueText(to?.[name])}`;
    })
    .join(', ');
}

/** `limitOverride` as people say it. */
function fieldText(name: string): string {
  return wordText(name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
