import { ActivityCancellationType, ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import {
  ExternalApiFailure,
  type ExternalApiActivities,
  type HttpAnswer,
  type HttpRequest,
  httpTimeoutSeconds,
} from './contract.ts';
import { EXTERNAL_API_QUEUE } from '../../domain/names.ts';

/** A call waits up to a minute for its workspace's share of the workers. */
const SHARE_WAIT_MAX_SECONDS = 60;
/** The activity ends itself in time; this much more lets its own error arrive instead of Temporal's time-out. */
const ANSWER_MARGIN_SECONDS = 5;

/** The workflow that the pool serves unless WORKFLOWS_PATH names others: calls an HTTP API from the queue `activities.external-api`, again with a growing pause while it is unwell. */
export async function httpRequest(request: HttpRequest): Promise<HttpAnswer> {
  const timeout = httpTimeoutSeconds(request);
  if ('problem' in timeout)
    throw ApplicationFailure.nonRetryable(timeout.problem, ExternalApiFailure.invalidRequest);
  const { callExternalApi } = proxyActivities<ExternalApiActivities>({
    taskQueue: EXTERNAL_API_QUEUE,
    startToCloseTimeout: (SHARE_WAIT_MAX_SECONDS + timeout.seconds + ANSWER_MARGIN_SECONDS) * 1000,
    // A cancellation comes back with a heartbeat, and a dead worker is noticed by their absence.
    heartbeatTimeout: '10s',
    // The slot is not given to the next execution while the cancelled call is still under way.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', maximumAttempts: 8 },
  });
  return await callExternalApi(request);
}
