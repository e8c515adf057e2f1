import { wait } from '../calls/waiting.ts';
import { SluiceError } from '../errors/sluice-error.ts';
import { type Block, readBlocks } from './event-stream.ts';

/** Thrown when a stream opened and ended without a word: something between the client and Sluice keeps it back. */
class NothingCameError extends SluiceError {
  override readonly name = 'NothingCameError';
}

export interface FollowOptions {
  /** The id of an event: begins with the one after it. */
  readonly after: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Whether it is in vain to open a stream again after one that ended or broke without a single block. Defaults to false. */
  readonly endsWithoutBlock?: boolean;
}

/** Before a stream that ended, or broke, is asked for again, unless Sluice says otherwise. */
const RETRY_DEFAULT_MS = 1_000;

/** The blocks of a stream, which is opened again after its last id whenever it ends or breaks, until `open` gives null. */
export async function* followBlocks(
  open: (after: string | undefined) => Promise<ReadableStream<Uint8Array> | null>,
  { after, signal, endsWithoutBlock = false }: FollowOptions,
): AsyncGenerator<Block, void, void> {
  let lastId = after;
  let retryMs = RETRY_DEFAULT_MS;
  for (;;) {
    const body = await open(lastId);
    if (body === null) return;
    let isEmpty = true;
    try {
      for await (const block of readBlocks(body, signal)) {
        isEmpty = false;
        retryMs = block.retryMs ?? retryMs;
        lastId = block.id ?? lastId;
        yield block;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof SyntaxError) throw error;
    }
    if (isEmpty && endsWithoutBlock) throw new NothingCameError('The stream of events brought nothing.');
    // Readers that were cut off together do not come again together.
    await wait(retryMs * (0.5 + Math.random()), signal);
  }
}
