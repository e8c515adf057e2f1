import {
  ExecutionEndedError,
  NoAnswerError,
  ProblemError,
  ResultOmittedError,
  ResultTimeoutError,
  SluiceError,
  UnauthenticatedError,
  UnexpectedAnswerError,
} from '../../../packages/client/src/index.ts';
import { EXIT } from '../exit-codes.ts';
import { jsonLine, plain } from '../print/plain.ts';

/** Says on standard error why a command over the API was not done, and gives the exit code. What is no error of the client's is thrown. */
export function reportError(error: unknown, isJson: boolean): number {
  if (!(error instanceof SluiceError)) throw error;
  if (isJson && error instanceof ProblemError) console.error(jsonLine(error.problem));
  else console.error(`${error.name}: ${plain(error.message)}${hintFor(error)}`);
  return exitCodeOf(error);
}

export function exitCodeOf(error: SluiceError): number {
  if (error instanceof NoAnswerError || error instanceof UnexpectedAnswerError) return EXIT.notReachable;
  if (error instanceof ExecutionEndedError || error instanceof ResultOmittedError) return EXIT.noResult;
  if (error instanceof ResultTimeoutError) return EXIT.notEnded;
  if (error instanceof ProblemError && (error.status >= 500 || error.status === 408))
    return EXIT.notReachable;
  return EXIT.refused;
}

function hintFor(error: SluiceError): string {
  if (!(error instanceof UnauthenticatedError)) return '';
  return '\nSet SLUICE_KEY_FILE to a file with a key, or SLUICE_KEY; `sluice keys create` makes one.';
}
