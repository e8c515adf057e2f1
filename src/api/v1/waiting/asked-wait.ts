import Type from 'typebox';
import { InvalidRequestError } from '../../problems/invalid-request.ts';

/** The longest time for which common proxies bear that nothing moves. */
const WAIT_MAX_SECONDS = 60;

/** For a route whose requests may wait, as its `handlerTimeout`: the longest wait, and what comes before and after it. */
export const WAITING_DEADLINE_MS = (WAIT_MAX_SECONDS + 15) * 1_000;

export const waitQuery = {
  wait: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: WAIT_MAX_SECONDS,
      description:
        'Seconds to wait for the end of the execution. The answer comes as soon as it has ended; after that time it has the present state. ' +
        'It wins over `Prefer`.',
      examples: [30],
    }),
  ),
};

export const waitHeaders = {
  prefer: Type.Optional(
    Type.String({
      description:
        `RFC 7240. \`wait=30\` does the same as the query's \`wait\`, and the answer says so in \`Preference-Applied\`; more than ` +
        `${WAIT_MAX_SECONDS} counts as ${WAIT_MAX_SECONDS}. Other preferences are ignored.`,
      examples: ['wait=30'],
    }),
  ),
};

export const preferenceAppliedHeader = {
  'Preference-Applied': Type.String({ description: 'The `wait` of `Prefer` that holds for this answer.' }),
};

export interface AskedWait {
  readonly seconds: number;
  /** Whether `Prefer` asked for it. */
  readonly isPreferred: boolean;
}

/**
 * For how long a request asks to wait; null when it does not.
 *
 * @throws InvalidRequestError
 */
export function askedWait({
  query,
  headers,
}: {
  readonly query: { readonly wait?: number };
  readonly headers: { readonly prefer?: string };
}): AskedWait | null {
  const preferred = preferredSeconds(headers.prefer);
  if (query.wait !== undefined) return { seconds: query.wait, isPreferred: false };
  return preferred === null ? null : { seconds: preferred, isPreferred: true };
}

/** RFC 7240: parted by commas, of which quoted texts may hold some. */
const PREFERENCE = /(?:[^,"]|"(?:\\.|[^"\\])*")+/g;
/** A name, perhaps with a value, perhaps with parameters. */
const WAIT = /^\s*wait\s*(?:=\s*(?:"(?<quoted>[^"]*)"|(?<token>[^\s;"]*))\s*)?(?:;.*)?$/i;

function preferredSeconds(prefer = ''): number | null {
  // The first instance counts, says the RFC.
  const match = (prefer.match(PREFERENCE) ?? []).map((one) => WAIT.exec(one)).find((one) => one !== null);
  if (match === undefined) return null;
  const value = match.groups!['quoted'] ?? match.groups!['token'] ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value), WAIT_MAX_SECONDS);
  const message = `has a wait of ${JSON.stringify(value)}: it takes whole seconds, as in wait=30`;
  throw new InvalidRequestError([{ in: 'headers', path: '/prefer', message }]);
}
