/** A text of somebody else within a sentence of ours is cut to this many characters. */
const QUOTED_MAX_CHARS = 300;

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** Such as `3 h 12 min`: the two largest units that it has. */
export function spokenDuration(ms: number): string {
  let left = Math.max(0, ms);
  const parts: string[] = [];
  for (const [name, unit] of UNITS) {
    const count = Math.floor(left / unit);
    left -= count * unit;
    if (count > 0) parts.push(`${count} ${name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ') || 'less than 1 s';
}

/** How long ago it was, without the word `ago`. */
export function spokenSince(since: Date, now: Date): string {
  return spokenDuration(now.getTime() - since.getTime());
}

/** Such as `2026-11-28 15:04:05 UTC`. */
export function spokenTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** On one line and not too long, without the end of its sentence. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const cut = line.length > QUOTED_MAX_CHARS ? `${line.slice(0, QUOTED_MAX_CHARS).trimEnd()}...` : line;
  return cut.endsWith('...') ? cut : cut.replace(/\.$/, '');
}

/** Such as `1 slot` and `2 slots`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
