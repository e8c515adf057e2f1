import { createHash } from 'node:crypto';
import { isPart, type NumbersPlace, type NumbersQuery } from '../../../db/stats/list-workspace-numbers.ts';
import { InvalidRequestError } from '../../problems/invalid-request.ts';
import { decodeCursor, encodeCursor } from '../pages/cursor.ts';

/** What its list was asked for, the part of the list, and number and id of the last workspace of its page. */
const PLACE = /^([0-9a-f]{16})\/([a-z]+)\/(-?[\d.e+-]{1,25}|-Infinity)\/([A-Za-z0-9_-]{1,64})$/;

export function cursorAt({ part, key, id }: NumbersPlace, query: NumbersQuery): string {
  return encodeCursor(`${digestOf(query)}/${part}/${key}/${id}`);
}

/** @throws InvalidRequestError when the cursor is of another list. */
export function placeOf(cursor: string, query: NumbersQuery): NumbersPlace {
  const [, digest, part, key, id] = PLACE.exec(decodeCursor(cursor, PLACE))!;
  if (!isPart(part!) || Number.isNaN(Number(key)))
    throw refused('is not a nextCursor that this list has given');
  if (digest !== digestOf(query))
    throw refused('is of a list in another order or with other filters: repeat those of its page');
  return { part, key: Number(key), id: id! };
}

function refused(message: string): InvalidRequestError {
  return new InvalidRequestError([{ in: 'querystring', path: '/cursor', message }]);
}

function digestOf({ sort, order, search, tier, health }: NumbersQuery): string {
  const text = JSON.stringify([sort, order, search, tier, health]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
