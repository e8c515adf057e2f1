import { createRequire } from 'node:module';

/**
 * How deep messages from Temporal may be nested. The SDK's core takes 100 levels and wraps what it passes on, so that its reader's own
 * bound of 100 is too low for what the core has taken: the SDK's Worker ends at such a message, and its queue is polled no more until the
 * process is started again. One failure with some 95 causes would stop every gate.
 */
const DEPTH_MAX = 200;

/** Lets this process read messages as deep as the SDK's core passes on. Process-wide; may be called again. */
export function allowDeepMessages(): void {
  const { Reader, util } = createRequire(createRequire(import.meta.url).resolve('@temporalio/proto'))(
    'protobufjs',
  ) as Record<'Reader' | 'util', { recursionLimit: number }>;
  Reader.recursionLimit = DEPTH_MAX;
  util.recursionLimit = DEPTH_MAX;
}
