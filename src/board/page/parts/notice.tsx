import { h } from 'preact';
import { ProblemError, wordsOf } from '../ask/problem-error.ts';

/** Why something is not shown, or was not done. */
export function Notice({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  const requestId = error instanceof ProblemError ? error.requestId : null;
  return (
    <p class="notice" role="alert">
      {wordsOf(error)}
      {requestId !== null && (
        <small>
          {' '}
          Request <code>{requestId}</code>
        </small>
      )}
    </p>
  );
}
