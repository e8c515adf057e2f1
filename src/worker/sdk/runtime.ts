import { type OtelCollectorExporter, Runtime } from '@temporalio/worker';
import type { LogLevel, LogMetadata } from '@temporalio/common';
import { DEFAULT_QUEUE } from '../../domain/names.ts';
import type { Log } from '../../process/log.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import type { SdkMetricsReceiver } from '../sdk-metrics/receiver.ts';

let installedFor: { log: Log } | undefined;

/** How old numbers of the SDK may be at a scrape. */
const METRICS_EVERY_MS = 5_000;

/** The SDK's own buckets begin at 50 or 100 ms, and a handoff takes some tens. */
const FINE_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Sets up the SDK's runtime, of which there is one a process: it writes to our log, and leaves signals to us. Its own
 * lines below `warn` become `debug`: it tells of every Worker's every state. A second call only changes the log.
 *
 * `metrics` is where its metrics go, durations in seconds, what has changed alone: so the SDK forgets a queue that is polled no more.
 */
export function installTemporalRuntime(
  log: Log,
  metrics?: Pick<SdkMetricsReceiver, 'url' | 'headers'>,
): void {
  const child = log.child({ part: 'temporal-sdk' });
  if (installedFor !== undefined) {
    installedFor.log = child;
    return;
  }
  const target = { log: child };
  installedFor = target;
  Runtime.install({
    logger: bridge(target),
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      ...(metrics && { metrics: { otel: otelOf(metrics), attachServiceName: false } }),
    },
    shutdownSignals: [],
  });
}

function otelOf({
  url,
  headers,
}: Pick<SdkMetricsReceiver, 'url' | 'headers'>): OtelCollectorExporter['otel'] {
  return {
    url,
    headers: { ...headers },
    http: true,
    metricsExportInterval: METRICS_EVERY_MS,
    useSecondsForDurations: true,
    temporality: 'delta',
    histogramBucketOverrides: {
      schedule_to_start_latency: FINE_SECONDS,
      request_latency: FINE_SECONDS,
    },
  };
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
