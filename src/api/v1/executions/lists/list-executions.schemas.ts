import Type, { type Static } from 'typebox';
import type { ExecutionFilter } from '../../../../db/executions/list/execution-filter.ts';
import { STATUSES } from '../../../../domain/status.ts';
import { textEnum } from '../../../openapi/text-enum.ts';
import { InvalidRequestError } from '../../../problems/invalid-request.ts';
import { pageOf, pageQuery } from '../../pages/pages.schemas.ts';
import { REFERENCE_FORM } from '../attributes.ts';
import { WORKFLOW_TYPE_FORM } from '../enqueue/enqueue.schemas.ts';

const LABELS_MAX = 16;
/** Of an execution's labels (attributes/labels.ts). */
const NAME_MAX_CHARS = 63;
const VALUE_MAX_CHARS = 255;
const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f';

const instant = (description: string) =>
  Type.Optional(
    Type.String({
      format: 'date-time',
      description: `${description} RFC 3339; the + of an offset is written %2B.`,
      examples: ['2026-11-28T12:00:00Z'],
    }),
  );

/** Which executions: of lists, and of what is done to all that match. */
export const executionFilter = {
  status: Type.Optional(textEnum(STATUSES, { description: 'Only executions of this status.' })),
  workflowType: Type.Optional(
    Type.String({
      ...WORKFLOW_TYPE_FORM,
      description: 'Only executions of this workflow type.',
      examples: ['httpRequest'],
    }),
  ),
  reference: Type.Optional(
    Type.String({
      ...REFERENCE_FORM,
      description: 'Only executions with exactly this reference.',
      examples: ['order 4711'],
    }),
  ),
  createdAfter: instant('Only executions that were accepted then or later.'),
  createdBefore: instant('Only executions that were accepted before then.'),
  closedAfter: instant('Only executions that ended then or later.'),
  closedBefore: instant('Only executions that ended before then.'),
  outcome: Type.Optional(
    textEnum(['failure'], {
      description:
        '`failure`: only executions that ended as `failed`, `timed_out`, `terminated` or `rejected`.',
    }),
  ),
  label: Type.Optional(
    Type.Array(
      Type.String({
        pattern: `^[^=${CONTROL}]{1,${NAME_MAX_CHARS}}=[^${CONTROL}]{0,${VALUE_MAX_CHARS}}$`,
        examples: ['team=billing'],
      }),
      {
        maxItems: LABELS_MAX,
        description:
          'Only executions with this label, as `key=value`. Given more than once: only executions with each of them.',
      },
    ),
  ),
};

export const ListExecutionsQuery = Type.Object(
  { ...pageQuery, ...executionFilter },
  { additionalProperties: false },
);
export type ListExecutionsQuery = Static<typeof ListExecutionsQuery>;

type AskedFilter = Omit<ListExecutionsQuery, keyof typeof pageQuery>;

/** Where a request has its filter. */
interface FilterPlace {
  readonly in: 'querystring' | 'body';
  readonly path: string;
}

/** @throws InvalidRequestError for what no schema can say */
export function filterOf(
  workspaceId: string | null,
  query: AskedFilter,
  place: FilterPlace = { in: 'querystring', path: '' },
): ExecutionFilter {
  const { status = null, workflowType = null, reference = null, label = [] } = query;
  return {
    workspaceId,
    status,
    workflowType,
    reference,
    createdAfter: timeOf('createdAfter', query, place),
    createdBefore: timeOf('createdBefore', query, place),
    closedAfter: timeOf('closedAfter', query, place),
    closedBefore: timeOf('closedBefore', query, place),
    onlyFailed: query.outcome === 'failure',
    labels: labelsOf(label, place),
  };
}

type TimeFilter = `${'created' | 'closed'}${'After' | 'Before'}`;

function timeOf(name: TimeFilter, query: AskedFilter, place: FilterPlace): Date | null {
  const text = query[name];
  if (text === undefined) return null;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw refused(place, name, 'is no time that there is');
  return time;
}

function labelsOf(texts: readonly string[], place: FilterPlace): Record<string, string> {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const end = text.indexOf('=');
    const [key, value] = [text.slice(0, end), text.slice(end + 1)];
    if (labels.has(key))
      throw refused(place, 'label', `names ${key} twice: an execution has one value for it`);
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
}

function refused(place: FilterPlace, name: string, message: string): InvalidRequestError {
  return new InvalidRequestError([{ in: place.in, path: `${place.path}/${name}`, message }]);
}

const page = pageOf(Type.Ref('ExecutionSummary'), 'Executions, newest first.', 'ExecutionPage');

export const ExecutionPage = Type.Object(
  {
    ...page.properties,
    scannedBackTo: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description:
        'Set when the page ends before it is full because it has looked through enough executions: of those accepted since then all that ' +
        'match have been listed. Few or none match; go on with `nextCursor`.',
    }),
  },
  {
    $id: 'ExecutionPage',
    description:
      'Executions, newest first. A page may have fewer than `limit`, also none, and go on: only `nextCursor` says whether it is the last.',
  },
);
