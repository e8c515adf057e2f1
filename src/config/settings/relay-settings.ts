import Type from 'typebox';
import { integer } from './setting.ts';

/** What `sluice relay` reads, beside SLUICE_URL and SLUICE_KEY. */
export const relaySettings = {
  OUTBOX_URL: Type.String({
    default: '',
    pattern: '^$|^postgres(ql)?://',
    description:
      'The database with the outbox that `sluice relay` reads: postgres://user:password@host:port/database.',
  }),
  OUTBOX_KEEP_HOURS: integer(
    0,
    0,
    8_760,
    'How long a request stays in the outbox after it was sent, with the id of its execution; 0: it is deleted.',
  ),
  RELAY_METRICS_PORT: integer(
    0,
    0,
    65535,
    'Port on HOST where `sluice relay` serves /metrics, /health/live and /health/ready; 0: none.',
  ),
};
