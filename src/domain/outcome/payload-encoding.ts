import type { Payload } from '@temporalio/common';
import { decode } from '@temporalio/common/lib/encoding.js';

/** What a payload says that its bytes are; '' when it says nothing. */
export function encodingOf({ metadata }: Payload): string {
  const encoding = metadata?.['encoding'];
  return encoding ? decode(encoding) : '';
}
