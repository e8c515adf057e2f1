/** Enough for a name or a reason. */
const SHOWN_MAX_CHARS = 200;

/** Text that came from a request, made harmless inside Markdown, tables too. */
export function plainText(text: string, maxChars = SHOWN_MAX_CHARS): string {
  return text
    .slice(0, maxChars)
    .replace(/[\\`*_{}[\]<>()#+!|~\r\n]/g, (c) => (/\s/.test(c) ? ' ' : `\\${c}`));
}
