import pino from 'pino';

export type Log = pino.Logger;

export interface LogOptions {
  readonly level: string;
  readonly process: string;
  /** Takes the lines. Defaults to standard output. */
  readonly destination?: pino.DestinationStream;
}

/** One JSON line an event. Secrets are never fields of ours; headers that carry them are masked. */
export function createLog({ level, process, destination }: LogOptions): Log {
  const options: pino.LoggerOptions = {
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Without it an error under this name would be logged as {}.
    serializers: { error: pino.stdSerializers.err },
    redact: ['req.headers.authorization', 'req.headers.cookie'],
  };
  return destination ? pino(options, destination) : pino(options);
}
