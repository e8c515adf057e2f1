import { integer, text } from './setting.ts';

/** What the activity behind `httpRequest` may reach, and how much of it at once. */
export const externalApiSettings = {
  EXTERNAL_API_ALLOW: text(
    '',
    'What `httpRequest` may reach besides public addresses: a comma-separated list of networks, each with or without a port, such as `10.1.0.0/16,10.2.3.4:8443,[fd00::]/8:443`. Never the port of the API itself.',
  ),
  EXTERNAL_API_DENY: text(
    '',
    'What `httpRequest` may not reach, in the same form; goes before everything else.',
  ),
  EXTERNAL_API_MAX_RESPONSE_BYTES: integer(
    131_072,
    1,
    262_144,
    'Largest response body that `httpRequest` takes.',
  ),
  EXTERNAL_API_MAX_CONCURRENT_ACTIVITIES: integer(
    100,
    1,
    10_000,
    'External API calls made at once by one worker process.',
  ),
  EXTERNAL_API_MAX_CONCURRENT_PER_WORKSPACE: integer(
    25,
    1,
    10_000,
    'Of these, how many one workspace makes at once in one worker process; its others wait.',
  ),
  EXTERNAL_API_ACTIVITY_POLLERS: integer(5, 1, 100, 'Polls for external API calls by one worker process.'),
};
