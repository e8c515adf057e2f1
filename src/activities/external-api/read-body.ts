import type { Readable } from 'node:stream';

export interface BoundedBody {
  readonly text: string;
  readonly truncated: boolean;
}

/** Reads at most `maxBytes` and then lets go of the rest. A character cut in two at the end is left out. */
export async function readBody(body: Readable, maxBytes: number): Promise<BoundedBody> {
  const decoder = new TextDecoder();
  let text = '';
  let left = maxBytes;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (chunk.byteLength > left) {
      text += decoder.decode(chunk.subarray(0, left), { stream: true });
      // Leaving the loop destroys the stream: the connection closes, however much more there is.
      return { text, truncated: true };
    }
    text += decoder.decode(chunk, { stream: true });
    left -= chunk.byteLength;
  }
  return { text: text + decoder.decode(), truncated: false };
}
