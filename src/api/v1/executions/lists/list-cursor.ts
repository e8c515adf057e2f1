import { createHash } from 'node:crypto';
import { type ExecutionFilter, isOfEnded } from '../../../../db/executions/list/execution-filter.ts';
import { InvalidRequestError } from '../../../problems/invalid-request.ts';
import { decodeCursor, encodeCursor } from '../../pages/cursor.ts';

/** What its list was asked for, and the id of the last execution that it has looked at; or the seq of releases that went by seq. */
const PLACE = /^(?:([0-9a-f]{16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|[1-9]\d{0,14})$/;

/** Where the next page of a list begins. Rows may move or be added meanwhile: no execution comes twice, and none that was there is left out. */
export function cursorAfter(executionId: string, filter: ExecutionFilter): string {
  return encodeCursor(`${digestOf(filter)}.${executionId}`);
}

/**
 * The id that a cursor of this very list goes on from.
 *
 * @throws InvalidRequestError when it is of another list.
 */
export function placeOf(cursor: string, filter: ExecutionFilter): string {
  const [, digest, executionId] = PLACE.exec(decodeCursor(cursor, PLACE))!;
  if (executionId === undefined)
    throw refused('is of an earlier version of Sluice: begin with the first page again, without it');
  if (digest !== digestOf(filter))
    throw refused('is of a list with other filters, or of another workspace: repeat the filters of its page');
  return executionId;
}

function refused(message: string): InvalidRequestError {
  return new InvalidRequestError([{ in: 'querystring', path: '/cursor', message }]);
}

/** Of a filter's every part; `limit` is none and may change from page to page. */
function digestOf({ labels, ...rest }: ExecutionFilter): string {
  const parts = [rest.workspaceId, rest.status, rest.workflowType, rest.reference];
  const times = [rest.createdAfter, rest.createdBefore].map((time) => time?.getTime() ?? null);
  const named = Object.keys(labels)
    .toSorted()
    .map((key) => [key, labels[key]]);
  const { closedAfter, closedBefore, onlyFailed } = rest;
  const ends = [closedAfter, closedBefore].map((time) => time?.getTime() ?? null);
  // Only where it is of ends: cursors of releases before go on.
  const text = JSON.stringify([
    ...parts,
    ...times,
    named,
    ...(isOfEnded({ labels, ...rest }) ? [...ends, onlyFailed] : []),
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
