import { text } from './setting.ts';

/** What `sluice` on the command line asks, where it works over the API. */
export const commandLineSettings = {
  SLUICE_URL: text(
    '',
    'Where the API is that `sluice workspaces`, `top` and so on ask; http://127.0.0.1:8080 unless set. With it `sluice keys` works over the API.',
  ),
  SLUICE_KEY: text('', 'The key of the API that they send. It wins over SLUICE_KEY_FILE.'),
  SLUICE_KEY_FILE: text('', 'File with that key, on one line.'),
};
