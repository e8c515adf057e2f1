import Type from 'typebox';

/** Enough for some sentences: it is shown in lists, and by a gate. */
export const REASON_MAX_CHARS = 500;

/** Text without control characters. */
export const REASON_PATTERN = `^[^\\u0000-\\u001f\\u007f-\\u009f]{1,${REASON_MAX_CHARS}}$`;

/** Of a request that changes something: it goes into the record of changes as it is. */
export const reason = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: REASON_MAX_CHARS,
    pattern: REASON_PATTERN,
    description: 'Why, for the record of changes: without control characters.',
    examples: ['ticket 4711'],
  }),
);
