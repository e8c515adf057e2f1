import Type from 'typebox';

const LABELS_MAX = 16;
const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$';
const VALUE_MAX_CHARS = 255;

/** As they are asked for, and as they are answered. */
const asLabels = (description: string, bounds: object = {}) =>
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string', ...bounds },
    description,
    examples: [{ customer: 'acme', 'report/kind': 'monthly' }],
  });

/** A member of a body. */
export const labels = Type.Optional(
  Type.Unsafe<Record<string, string>>({
    ...asLabels(
      `Names and values for people and for searching, at most ${LABELS_MAX}: shown on the page of its workflow in the Temporal Web UI, and in its ` +
        'memo as `sluiceLabels`. A name has 1 to 63 letters, digits, `.`, `_`, `/` or `-`, and begins with a letter or a digit; a value has up ' +
        `to ${VALUE_MAX_CHARS} characters, none of control. Put no secrets there.`,
      {
        maxLength: VALUE_MAX_CHARS,
        pattern: `^[^\\u0000-\\u001f\\u007f-\\u009f]{0,${VALUE_MAX_CHARS}}$`,
      },
    ),
    maxProperties: LABELS_MAX,
    propertyNames: { pattern: NAME_PATTERN },
  }),
);

/** A member of an execution. */
export const answeredLabels = asLabels('Its labels, as they were sent; empty when there were none.');
