import { Runtime } from '@temporalio/worker';
import type { LogLevel, LogMetadata } from '@temporalio/common';
import { DEFAULT_QUEUE } from '../../domain/names.ts';
import type { Log } from '../../process/log.ts';
import { logRepeated } from '../../process/repeated-failures.ts';

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

function bridge(target: { log: Log }) {
  const write = (level: LogLevel, message: string, meta?: LogMetadata): void => {
    const fields = meta ?? {};
    switch (level) {
      case 'ERROR':
      case 'WARN':
        return writeProblem(target.log, level === 'ERROR' ? 'error' : 'warn', fields, message);
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

/**
 * While Temporal is down each poll of each queue says so at each attempt, and while Postgres is down each gate at each reconcile: their kinds
 * are known by the text, without its numbers. What workflows and activities of users say is theirs, and all of it is written; so is what
 * a gate says of a signal that it ignores, because it is the answer to somebody's act.
 */
function writeProblem(log: Log, level: 'warn' | 'error', fields: LogMetadata, message: string): void {
  if (EXPECTED.has(message)) return log.trace(fields, message);
  const isAnswer = fields['ignoredSignal'] !== undefined;
  if (isAnswer || (fields['sdkComponent'] !== 'core' && fields['taskQueue'] !== DEFAULT_QUEUE))
    return log[level](fields, message);
  const about = String(fields['target'] ?? fields['activityType'] ?? fields['workflowType'] ?? '');
  logRepeated(log, level, fields, message, `${about} ${message.replaceAll(/\d+/g, '#')}`);
}

function isUserCode(fields: LogMetadata): boolean {
  const component = fields['sdkComponent'];
  return component === 'workflow' || component === 'activity';
}
