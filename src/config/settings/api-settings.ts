import Type from 'typebox';
import { integer, text } from './setting.ts';

const HOST_NAME = '(\\*\\.)?[A-Za-z0-9_.-]+';
const ORIGIN = 'https?://([A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]+)?';

/** What the API listens on, whom it answers, and how much it takes. */
export const apiSettings = {
  HOST: text('127.0.0.1', 'Address the API listens on. Beyond loopback, AUTH=none is warned of.'),
  PORT: integer(8080, 0, 65535, 'Port the API listens on.'),
  AUTH: Type.Enum(['keys', 'none'], {
    default: 'keys',
    description:
      'Who may call the API. `keys`: whoever has a key with the right that a request needs. `none`: whoever reaches it. `npm start` on loopback takes `none` when it is not set.',
  }),
  ADMIN_KEY_FILE: text(
    '',
    'File with a key that may do everything, beside those in the database: one line that `npx sluice keys generate` has printed.',
  ),
  KEY_REQUESTS_PER_SECOND: integer(
    1_000,
    1,
    1_000_000,
    'How many requests a second one key may send to one API process; more are answered 429.',
  ),
  METRICS_PORT: integer(
    0,
    0,
    65535,
    'Port on which the API serves `/metrics` to whoever reaches it, and nothing else; 0 is none. On the port of the API it needs a key with `read` in all workspaces.',
  ),
  METRICS_WORKSPACES: integer(
    20,
    0,
    1_000,
    'How many workspaces `/metrics` names: those with the largest backlogs. The others are added up.',
  ),
  ALLOWED_HOSTS: Type.String({
    default: '',
    pattern: `^$|^${HOST_NAME}(,${HOST_NAME})*$`,
    description:
      'Names under which the API may be called, beside localhost, the name in HOST and every IP address: comma-separated; `*.example.com` stands for all names below it.',
  }),
  CORS_ORIGINS: Type.String({
    default: '',
    pattern: `^$|^${ORIGIN}(,${ORIGIN})*$`,
    description:
      'Origins of other web pages that may call the API from a browser, such as https://console.example.com: comma-separated.',
  }),
  TEMPORAL_UI_URL: Type.String({
    default: 'http://127.0.0.1:8233',
    pattern: '^https?://',
    description: 'Where people open the Temporal Web UI; used in links.',
  }),
  MAX_WORKSPACES: integer(
    100_000,
    1,
    10_000_000,
    'How many workspaces may exist; existing ones stay when it is lowered.',
  ),
  MAX_WAITING_BYTES: integer(
    67_108_864,
    1_048_576,
    2_147_483_648,
    'Most bytes of input that wait in the memory of one API process to be written to Postgres.',
  ),
  MAX_INPUT_BYTES: integer(
    262_144,
    1,
    524_288,
    "Largest `input` of an execution. Bounded because a gate's history carries it and escaping can double it, and Temporal refuses 2 MB.",
  ),
};
