import Type, { type Static } from 'typebox';
import type { RequestAttributes } from '../../../enqueue/request-attributes.ts';

const REFERENCE_MAX_CHARS = 256;

/** What a body may say of its execution beside what it runs; the same for one request and for each item of a batch. */
export const attributes = {
  reference: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: REFERENCE_MAX_CHARS,
      pattern: `^[^\\u0000-\\u001f\\u007f-\\u009f]{1,${REFERENCE_MAX_CHARS}}$`,
      description:
        "A name that the caller's own system has for it, such as an order's number; kept and answered, and unique only if the caller makes it so. " +
        'Without control characters.',
      examples: ['order 4711'],
    }),
  ),
};

const Attributes = Type.Object(attributes);

/** Null when the body says nothing of its execution, as nearly all of them. */
export function attributesOf({ reference }: Static<typeof Attributes>): RequestAttributes | null {
  return reference === undefined ? null : { reference };
}
