import Type from 'typebox';
import { integer, text } from './setting.ts';

/** What `npm start` brings on one machine. */
export const localSettings = {
  SLUICE_DATA_DIR: text('.sluice', 'Where `npm start` keeps its Postgres and Temporal data.'),
  LOCAL_POSTGRES_PORT: integer(54329, 1, 65535, 'Port of the Postgres that `npm start` brings.'),
  LOCAL_TEMPORAL_PORT: integer(7233, 1, 65535, 'Port of the Temporal dev server that `npm start` brings.'),
  LOCAL_TEMPORAL_UI_PORT: integer(8233, 1, 65535, 'Port of its Web UI.'),
  LOCAL_ECHO_PORT: integer(
    9099,
    1,
    65535,
    'Port of the echo service that `npm start` brings: the one place on this machine that `httpRequest` may then reach.',
  ),
  TEMPORAL_CLI_SHA256: Type.String({
    default: '',
    pattern: '^$|^[0-9a-fA-F]{64}$',
    description:
      "SHA-256 of the Temporal CLI's archive, in place of the pinned one: without either `npm start` does not download it.",
  }),
};
