import {
  DefaultFailureConverter,
  type FailureConverter,
  TemporalFailure,
  type ProtoFailure,
} from '@temporalio/common';

const sdk = new DefaultFailureConverter();

/**
 * The SDK's own converter, but that decoding never throws. The SDK decodes a child's failure before any code of ours runs, and throws at
 * one that lacks the name of its activity or child. That would fail the workflow task for ever, and the rest of the same activation then
 * ends the thread that all gates share.
 */
export const failureConverter: FailureConverter = {
  errorToFailure: (error, payloadConverter, context) => sdk.errorToFailure(error, payloadConverter, context),
  failureToError: (failure, payloadConverter, context) => {
    try {
      return sdk.failureToError(failure, payloadConverter, context);
    } catch {
      return undecoded(failure);
    }
  },
};

/** The failure as it came; whoever wants more than its message reads `failure`. */
function undecoded(failure: ProtoFailure): TemporalFailure {
  const error = new TemporalFailure(failure.message ?? undefined);
  error.failure = failure;
  return error;
}
