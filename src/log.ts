import pino from 'pino';

export type Log = pino.Logger;

/** One JSON line an event on standard output. Secrets are never fields of ours; headers that carry them are masked. */
export function createLog(options: { level: string; process: string }): Log {
  return pino({
    level: options.level,
    base: { process: options.process },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['req.headers.authorization', 'req.headers.cookie'],
  });
}
