import { readFileSync } from 'node:fs';
import { Sluice } from '../../../packages/client/src/index.ts';
import { readConfig } from '../../config/config.ts';
import { UsageError } from '../options.ts';

/** What people bear before they are told that nobody answers. */
const RETRY_FOR_MS = 5_000;

const URL_DEFAULT = 'http://127.0.0.1:8080';

/** Where the API is, and with what key. A key is never an option: the list of processes shows options to everybody. */
export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly 'key-file'?: string | undefined;
}

/** The client of the API that options and settings name; options win. Without any it is that of `npm start` on this machine. */
export function connect(options: ConnectionOptions): Sluice {
  const { baseUrl, key } = addressOf(options);
  return new Sluice({ baseUrl, apiKey: key(), retryFor: RETRY_FOR_MS });
}

/**
 * The same for who asks by himself. `key` reads the key's file each time, so that a process that goes on for long has the key of now.
 *
 * @throws UsageError, also from `key`
 */
export function addressOf(options: ConnectionOptions): { baseUrl: string; key: () => string | undefined } {
  const { SLUICE_URL, SLUICE_KEY, SLUICE_KEY_FILE } = readConfig(process.env);
  const baseUrl = (options.url ?? SLUICE_URL) || URL_DEFAULT;
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
    throw new UsageError('--url, or SLUICE_URL, is no http:// or https:// URL.');
  if (new URL(baseUrl).username !== '')
    throw new UsageError(
      '--url, or SLUICE_URL, has a user name in it. A key belongs into SLUICE_KEY or SLUICE_KEY_FILE.',
    );
  const file = options['key-file'] ?? (SLUICE_KEY === '' ? SLUICE_KEY_FILE : '');
  return { baseUrl, key: () => (file === '' ? SLUICE_KEY : keyIn(file)) || undefined };
}

/** Whether a command that can work against the database and over the API is to use the API. */
export function isOverApi(args: readonly string[]): boolean {
  return readConfig(process.env).SLUICE_URL !== '' || args.some((arg) => /^--url(=|$)/.test(arg));
}

function keyIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`The key file cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (!/^slc_\w+$/.test(text))
    throw new UsageError(`${file} has no key of Sluice: it is to be one line, slc_...`);
  return text;
}
