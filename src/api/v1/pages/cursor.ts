import { InvalidRequestError } from '../../problems/invalid-request.ts';

/** The form of every cursor; not every text of that form is one. */
export const CURSOR_FORM = { minLength: 1, maxLength: 200, pattern: '^[A-Za-z0-9_-]{1,200}$' };

/** Makes a list's place opaque: what it is made of may change. */
export function encodeCursor(place: string): string {
  return Buffer.from(place, 'utf8').toString('base64url');
}

/**
 * The place that a cursor stands for.
 *
 * @throws InvalidRequestError when it is not one of ours.
 */
export function decodeCursor(cursor: string, form: RegExp): string {
  const place = Buffer.from(cursor, 'base64url').toString('utf8');
  if (form.test(place) && encodeCursor(place) === cursor) return place;
  throw new InvalidRequestError([
    { in: 'querystring', path: '/cursor', message: 'is not a nextCursor that this list has given' },
  ]);
}
