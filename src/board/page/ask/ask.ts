import { type Problem, ProblemError } from './problem-error.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Told when the API no longer knows who asks. */
let onUnknown: () => void = () => {};

export function whenUnknown(told: () => void): void {
  onUnknown = told;
}

/**
 * Asks the API, whose cookie the browser sends by itself. Null where there is no content.
 *
 * @throws ProblemError; an AbortError when the signal is aborted
 */
export async function ask<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const text = await askText(method, path, body, signal);
  return (text === '' ? null : JSON.parse(text)) as T;
}

/** The same for who reads the text by himself, to keep numbers as they were written. */
export async function askText(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<string> {
  const response = await send(method, path, body, signal);
  const text = await response.text();
  if (response.ok) return text;
  if (response.status === 401) onUnknown();
  throw new ProblemError(problemOf(response.status, text));
}

async function send(method: Method, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      cache: 'no-store',
      ...(signal !== undefined && { signal }),
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ProblemError({
      type: '',
      title: '',
      status: 0,
      detail: 'The API does not answer. The board goes on trying.',
    });
  }
}

function problemOf(status: number, text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return { type: '', title: '', status, detail: `The API answered ${status}.` };
  }
}
