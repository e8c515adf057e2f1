import type { OutboxRequest } from '../../db/outbox/read-requests.ts';

/**
 * The body of an atomic batch. Inputs stand in it as they were written: parsed and written again they would be other numbers, other members, another
 * text, and so another content under the same key.
 */
export function batchBody(requests: readonly OutboxRequest[]): string {
  return `{"executions":[${requests.map(itemText).join(',')}],"atomic":true}`;
}

/** The attributes first, so that none of them can stand for a member of ours. */
function itemText({ id, workflowType, input, idempotencyKey, attributes }: OutboxRequest): string {
  const members = JSON.stringify({ ...attributes, workflowType, idempotencyKey: idempotencyKey ?? id });
  return input === null ? members : `${members.slice(0, -1)},"input":${input}}`;
}
