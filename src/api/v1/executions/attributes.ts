import Type, { type Static } from 'typebox';
import type { RequestAttributes } from '../../../enqueue/request-attributes.ts';
import { labels } from './attributes/labels.ts';
import { timing, timingOf } from './attributes/timing.ts';

const REFERENCE_MAX_CHARS = 256;

export const REFERENCE_FORM = {
  minLength: 1,
  maxLength: REFERENCE_MAX_CHARS,
  pattern: `^[^\\u0000-\\u001f\\u007f-\\u009f]{1,${REFERENCE_MAX_CHARS}}$`,
};

/** What a body may say of its execution beside what it runs; the same for one request and for each item of a batch. */
export const attributes = {
  reference: Type.Optional(
    Type.String({
      ...REFERENCE_FORM,
      description:
        "A name that the caller's own system has for it, such as an order's number; kept and answered, and unique only if the caller makes it so. " +
        'Without control characters.',
      examples: ['order 4711'],
    }),
  ),
  ...timing,
  labels,
};

const Attributes = Type.Object(attributes);

/**
 * Null when the body says nothing of its execution, as nearly all of them.
 *
 * @throws InvalidAttributeError
 */
export function attributesOf(body: Static<typeof Attributes>): RequestAttributes | null {
  const { reference, labels: named } = body;
  const said = {
    ...(reference !== undefined && { reference }),
    ...timingOf(body),
    ...(named !== undefined && Object.keys(named).length > 0 && { labels: named }),
  };
  return Object.keys(said).length === 0 ? null : said;
}
