/** A block of a stream, as it came: an event, when it has data. */
export interface Block {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
  readonly retry?: string;
}

/** Reads server-sent events, by the rules of the HTML standard as far as Sluice needs them; comments are left out. Ends with the stream. */
export async function* readStream(
  chunks: AsyncIterable<Buffer | string | Uint8Array>,
): AsyncGenerator<Block> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const fields = new Map<string, string>();
      for (const line of block.split('\n')) {
        const [name = '', value = ''] = line.split(/:(.*)/s);
        if (name === '') continue;
        const before = name === 'data' && fields.has('data') ? `${fields.get('data')}\n` : '';
        fields.set(name, before + value.replace(/^ /, ''));
      }
      if (fields.size > 0) yield Object.fromEntries(fields);
    }
  }
}

/** The next block; fails when none comes soon. */
export async function nextOf(stream: AsyncGenerator<Block>, withinMs = 5_000): Promise<Block> {
  let late: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error(`no block within ${withinMs} ms`)), withinMs);
  });
  try {
    const next = await Promise.race([stream.next(), never]);
    if (next.done === true) throw new Error('the stream ended');
    return next.value;
  } finally {
    clearTimeout(late);
  }
}
