import type { IncomingMessage } from 'node:http';
import { v7 as uuidv7 } from 'uuid';

export const REQUEST_ID_HEADER = 'x-request-id';

/** Printable ASCII without spaces, so that an id stays one word in a log and cannot forge a header. */
const REQUEST_ID_FORM = /^[\x21-\x7e]{1,128}$/;

/** The caller's own id for a request when it is a sound one, else a new one. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && REQUEST_ID_FORM.test(given) ? given : uuidv7();
}
