import { createHash } from 'node:crypto';
import type { EnqueueRequest } from './enqueue-request.ts';
import { attributesText } from './request-attributes.ts';

/**
 * SHA-256 of what a repeat of a key must have alike, in hex: the workflow type, a NUL, which no type has, and the input's text as sent. Where a
 * request says more, another NUL, which no JSON has, and its attributes follow; so rows from before there were any have the digest of today. It is
 * kept with the key, so that a faithful repeat is known for as long as the execution, however long its input is kept.
 */
export function contentDigest({
  workflowType,
  input,
  attributes,
}: Pick<EnqueueRequest, 'workflowType' | 'input' | 'attributes'>): string {
  const hash = createHash('sha256')
    .update(`${workflowType}\u0000`)
    .update(input ?? '');
  if (attributes !== null) hash.update(`\u0000${attributesText(attributes)}`);
  return hash.digest('hex');
}
