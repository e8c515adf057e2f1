import Type from 'typebox';
import { JSON_DEPTH_MAX } from '../../../json/json-text.ts';
import { textEnum } from '../../../openapi/text-enum.ts';
import { attributes } from '../attributes.ts';

/** Under Temporal's 1,000 bytes for a name, however many bytes a character takes. */
const WORKFLOW_TYPE_MAX_CHARS = 200;
const IDEMPOTENCY_KEY_MAX_CHARS = 255;

const idempotencyKey = Type.String({
  minLength: 1,
  maxLength: IDEMPOTENCY_KEY_MAX_CHARS,
  pattern: `^[\\x20-\\x7e]{1,${IDEMPOTENCY_KEY_MAX_CHARS}}$`,
  description:
    'Makes a repeat safe: the same key with the same content answers with the first execution, however long ago. Content is the ' +
    'same when `workflowType` is, the text of `input` character for character, and what else the execution keeps. Printable ASCII.',
});

export const WORKFLOW_TYPE_FORM = {
  minLength: 1,
  maxLength: WORKFLOW_TYPE_MAX_CHARS,
  pattern: `^[^\\u0000-\\u001f\\u007f-\\u009f]{1,${WORKFLOW_TYPE_MAX_CHARS}}$`,
};

export const EnqueueHeaders = Type.Object({ 'idempotency-key': Type.Optional(idempotencyKey) });

export const EnqueueBody = Type.Object(
  {
    workflowType: Type.String({
      ...WORKFLOW_TYPE_FORM,
      description:
        "The Temporal workflow type to run: a name that the workspace's workers know, without control characters.",
      examples: ['httpRequest'],
    }),
    input: Type.Optional(
      Type.Unknown({
        description:
          "Any JSON: the workflow's one argument. It is kept exactly as written, with its number formats, its order of members and its " +
          'white space. Left out, the workflow gets no argument.',
        examples: [{ method: 'GET', url: 'http://127.0.0.1:8080/health/live' }],
      }),
    ),
    ...attributes,
    ifBusy: Type.Optional(
      textEnum(['queue', 'reject'], {
        description:
          '`queue`, the default: it waits for a slot. `reject`: it is stored only if it can have a slot at once, beside all that run and all ' +
          'that wait; otherwise the answer is a problem `no-free-slot`, and a repeat of the key asks anew. A key that already stands for an ' +
          'execution answers with that, either way.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: `What to run. UTF-8, nested at most ${JSON_DEPTH_MAX} levels deep in all.`,
    examples: [
      { workflowType: 'httpRequest', input: { method: 'GET', url: 'http://127.0.0.1:8080/health/live' } },
    ],
  },
);

/** What an execution may be refused for once its request is read, whatever asked for it. */
export const ENQUEUE_PROBLEMS = [
  'workspace-deleting',
  'idempotency-key-reused',
  'workflow-type-unknown',
  'queue-full',
  'queue-bytes-full',
  'database-unavailable',
  'database-full',
  'workspace-busy',
  'request-timed-out',
] as const;

/** Both bound what one transaction writes, and for how long the workspace's lock is held. */
const BATCH_MAX_ITEMS = 1_000;
export const BATCH_MAX_BYTES = 16 * 2 ** 20;

export const BatchBody = Type.Object(
  {
    executions: Type.Array(
      Type.Object(
        { ...EnqueueBody.properties, idempotencyKey: Type.Optional(idempotencyKey) },
        { additionalProperties: false },
      ),
      {
        minItems: 1,
        maxItems: BATCH_MAX_ITEMS,
        description: 'What to run, in this order: each as the body of a single request, with its key.',
      },
    ),
    atomic: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Whether all of them are accepted or none is: if one would be refused nothing is stored, and the answer is a problem `batch-refused`.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: `Executions of one workspace, at most ${BATCH_MAX_ITEMS} and ${BATCH_MAX_BYTES / 2 ** 20} MiB.`,
    examples: [
      {
        executions: [
          {
            workflowType: 'httpRequest',
            input: { method: 'GET', url: 'http://127.0.0.1:8080/health/live' },
            idempotencyKey: 'order 4711',
          },
        ],
      },
    ],
  },
);
