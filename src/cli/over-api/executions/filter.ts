import { STATUSES } from '../../../domain/status.ts';
import { labelsOf, moment, oneOf } from '../arguments.ts';

/** Which executions: the ones that match all that is given. */
export const FILTER = {
  status: { type: 'string', value: 'STATUS', text: STATUSES.join(', ') },
  type: { type: 'string', value: 'TYPE', text: 'only executions of this workflow type' },
  reference: { type: 'string', value: 'TEXT', text: 'exactly this one' },
  label: { type: 'string', multiple: true, value: 'NAME=VALUE', text: 'each of them' },
  failed: { type: 'boolean', text: 'only failed, timed out, terminated or rejected ones' },
  since: {
    type: 'string',
    value: 'TIME',
    text: 'accepted then or later: 2030-01-31T12:00:00Z, or 15m, 2h, 3d ago',
  },
  before: { type: 'string', value: 'TIME', text: 'accepted before then' },
  'ended-since': { type: 'string', value: 'TIME', text: 'ended then or later' },
} as const;

interface Given {
  readonly status?: string | undefined;
  readonly type?: string | undefined;
  readonly reference?: string | undefined;
  readonly label?: string[] | undefined;
  readonly failed?: boolean | undefined;
  readonly 'ended-since'?: string | undefined;
  readonly since?: string | undefined;
  readonly before?: string | undefined;
}

/** The same as the client has it. */
export function filterOf(given: Given) {
  const { status, type, reference, label, failed, since, before, 'ended-since': ended } = given;
  return {
    status: status === undefined ? undefined : oneOf(status, '--status', STATUSES),
    outcome: failed === true ? ('failure' as const) : undefined,
    workflowType: type,
    reference,
    labels: labelsOf(label),
    createdAfter: since === undefined ? undefined : moment(since, '--since', 'ago'),
    createdBefore: before === undefined ? undefined : moment(before, '--before', 'ago'),
    closedAfter: ended === undefined ? undefined : moment(ended, '--ended-since', 'ago'),
  };
}
