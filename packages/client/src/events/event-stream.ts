/** A block of a stream, as far as it matters here. */
export interface Block {
  /** Of the last event so far. */
  readonly id: string | undefined;
  /** Milliseconds after which to connect again, when the block says so. */
  readonly retryMs: number | undefined;
  readonly event: string | undefined;
  /** Undefined for a block that is no event. */
  readonly data: string | undefined;
}

/** Sluice begins a stream with a block at once: where none comes, something between keeps it back. */
const FIRST_MS = 10_000;
/** Sluice sends a comment every 15 s: a connection on which nothing comes for so long is broken. */
const SILENT_MS = 45_000;

/** Reads server-sent events until the stream ends; rejects when it breaks, falls silent or is aborted. */
export async function* readBlocks(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Block, void, void> {
  const reader = body.getReader();
  const stop = () => void reader.cancel(signal!.reason).catch(() => {});
  signal?.addEventListener('abort', stop, { once: true });
  const decoder = new TextDecoder();
  let text = '';
  let silentMs = FIRST_MS;
  try {
    for (;;) {
      const { done, value } = await unlessSilent(reader.read(), silentMs);
      signal?.throwIfAborted();
      if (done) return;
      silentMs = SILENT_MS;
      const lines = (text + decoder.decode(value, { stream: true })).replaceAll('\r\n', '\n').split('\n\n');
      text = lines.pop()!;
      for (const block of lines) yield parse(block);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await reader.cancel().catch(() => {});
  }
}

function parse(block: string): Block {
  const valuesOf = (name: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ''));
  const data = valuesOf('data');
  const retry = valuesOf('retry').at(-1);
  return {
    id: valuesOf('id').at(-1),
    retryMs: retry === undefined ? undefined : Number(retry),
    event: valuesOf('event').at(-1),
    data: data.length === 0 ? undefined : data.join('\n'),
  };
}

async function unlessSilent<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, silent]);
  } finally {
    clearTimeout(timer);
  }
}
