import { createHash } from 'node:crypto';
import type { EnqueueRequest } from './enqueue-request.ts';

/**
 * SHA-256 of what a repeat of a key must have alike, in hex: the workflow type, a NUL, which no type has, and the input's text as sent. It is kept
 * with the key, so that a faithful repeat is known for as long as the execution, however long its input is kept.
 */
export function contentDigest({
  workflowType,
  input,
}: Pick<EnqueueRequest, 'workflowType' | 'input'>): string {
  return createHash('sha256')
    .update(`${workflowType}\u0000`)
    .update(input ?? '')
    .digest('hex');
}
