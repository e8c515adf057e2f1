import { Runtime } from '@temporalio/worker';
import type { LogLevel, LogMetadata } from '@temporalio/common';
import type { Log } from '../log.ts';

let installedFor: { log: Log } | undefined;

/**
 * Sets up the SDK's runtime, of which there is one a process: it writes to our log, and leaves signals to us. Its own
 * lines below `warn` become `debug`: it tells of every Worker's every state. A second call only changes the log.
 */
export function installTemporalRuntime(log: Log): void {
  const child = log.child({ part: 'temporal-sdk' });
  if (installedFor !== undefined) {
    installedFor.log = child;
    return;
  }
  const target = { log: child };
  installedFor = target;
  Runtime.install({
    logger: bridge(target),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    shutdownSignals: [],
  });
}

/** A workspace Worker without activities or workflows is our own choice, not worth a line for each of its queues. */
const EXPECTED = new Set([
  'No activities registered, not polling for activity tasks',
  'No workflows registered, not polling for workflow tasks',
]);

/** While Temporal is down each poll of each queue says so at each attempt: one line of a kind in this time is enough. */
const REPEATED_AFTER_MS = 10_000;
/** Kinds of lines remembered at most; there are some dozens. */
const KINDS_MAX = 500;

function bridge(target: { log: Log }) {
  const lastSaid = new Map<string, { atMs: number; suppressed: number }>();

  /** The fields to log with; null for a line of the native part that was said a moment ago. */
  const unrepeated = (message: string, fields: LogMetadata): LogMetadata | null => {
    if (fields['sdkComponent'] !== 'core') return fields;
    const kind = `${String(fields['target'])} ${message.replaceAll(/\d+/g, '#')}`;
    const last = lastSaid.get(kind);
    if (last !== undefined && Date.now() - last.atMs < REPEATED_AFTER_MS) {
      last.suppressed += 1;
      return null;
    }
    if (lastSaid.size >= KINDS_MAX) lastSaid.clear();
    lastSaid.set(kind, { atMs: Date.now(), suppressed: 0 });
    return last === undefined || last.suppressed === 0
      ? fields
      : { ...fields, suppressedAlike: last.suppressed };
  };

  const write = (level: LogLevel, message: string, meta?: LogMetadata): void => {
    const fields = meta ?? {};
    switch (level) {
      case 'ERROR':
        return target.log.error(fields, message);
      case 'WARN': {
        const shown = EXPECTED.has(message) ? null : unrepeated(message, fields);
        return shown === null ? target.log.trace(fields, message) : target.log.warn(shown, message);
      }
      case 'INFO':
        // What user code says through the SDK's `log` is theirs to level; the SDK's own chatter is not.
        return isUserCode(fields) ? target.log.info(fields, message) : target.log.debug(fields, message);
      case 'DEBUG':
      case 'TRACE':
        return target.log.trace(fields, message);
      default:
        level satisfies never;
    }
  };
  return {
    log: write,
    trace: (message: string, meta?: LogMetadata) => write('TRACE', message, meta),
    debug: (message: string, meta?: LogMetadata) => write('DEBUG', message, meta),
    info: (message: string, meta?: LogMetadata) => write('INFO', message, meta),
    warn: (message: string, meta?: LogMetadata) => write('WARN', message, meta),
    error: (message: string, meta?: LogMetadata) => write('ERROR', message, meta),
  };
}

function isUserCode(fields: LogMetadata): boolean {
  const component = fields['sdkComponent'];
  return component === 'workflow' || component === 'activity';
}
