import Type from 'typebox';
import { integer } from './setting.ts';

/** Of every process. */
export const processSettings = {
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'Least severe level that is logged.',
  }),
  SHUTDOWN_GRACE_SECONDS: integer(
    10,
    0,
    3_600,
    'How long a stopping process waits for the work that it has begun.',
  ),
};
