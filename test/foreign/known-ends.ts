/** An end as the API shows it: only the fields that have a value. */
export interface Expected {
  readonly status: 'completed' | 'failed' | 'terminated';
  readonly result?: unknown;
  readonly resultOmitted?: { readonly reason: string; readonly bytes: number };
  readonly failure?: { readonly type: string; readonly message: string };
}

export interface KnownEnd {
  /** In words, and unlike any other. */
  readonly what: string;
  /** One of test/foreign/go. */
  readonly workflowType: string;
  readonly input: Record<string, unknown>;
  readonly ends: Expected;
}

/** Ends that no TypeScript worker, or none with its default converter, gives, and what each is to become. */
export const KNOWN_ENDS: readonly KnownEnd[] = [
  completes('nothing', { workflowType: 'nothing' }, {}),
  completes('a struct', { workflowType: 'struct' }, { result: { lines: 2, names: ['a', 'b'] } }),
  completes('bytes', { workflowType: 'bytes' }, notJson(4)),
  completes('an empty string', { workflowType: 'emptyString' }, { result: '' }),
  completes('a proto message', { workflowType: 'proto' }, { result: 'a proto' }),
  completes('a NUL byte in JSON', raw('json/plain', '"a\0b"'), notJson(5)),
  completes('an escaped NUL in JSON', raw('json/plain', '"a\\u0000b"'), { result: 'a\0b' }),
  completes('NaN', raw('json/plain', 'NaN'), notJson(3)),
  completes('two values', raw('json/plain', '1,"status":"failed"'), notJson(19)),
  completes('bytes that are not UTF-8', raw('json/plain', Buffer.from([0x22, 0xff, 0x22])), notJson(3)),
  completes('JSON of no bytes', raw('json/plain', ''), notJson(0)),
  completes('an encrypted value', raw('binary/encrypted', 'secret'), notJson(6)),
  completes('no value, with bytes', raw('binary/null', 'ignored'), {}),
  completes('an unknown encoding', raw('x/unheard-of', '{}'), notJson(2)),
  completes('after two failed attempts', { workflowType: 'retries', input: { times: 2 } }, { result: 3 }),
  completes(
    'after continuing twice',
    { workflowType: 'continues', input: { times: 2, ms: 7 } },
    { result: 7 },
  ),
  completes('after two panics', { workflowType: 'panics', input: { times: 2 } }, {}),
  completes('after its child', { workflowType: 'withChild', input: { ms: 5 } }, { result: 5 }),
  fails('a plain error', 'plainError', { message: 'plain' }, { type: 'Error', message: 'plain' }),
  fails(
    'an error of no type',
    'applicationError',
    { type: '', message: 'typeless' },
    { type: 'Error', message: 'typeless' },
  ),
  fails(
    'an error of no words',
    'applicationError',
    { type: 'Mute', message: '' },
    { type: 'Mute', message: '' },
  ),
  fails(
    'NUL in type and message',
    'applicationError',
    { type: 'a\0b', message: 'c\0d' },
    { type: 'a\uFFFDb', message: 'c\uFFFDd' },
  ),
  fails(
    "an activity's error",
    'activityError',
    { type: 'Inner', message: 'in it' },
    { type: 'Inner', message: 'in it' },
  ),
  fails(
    "a child's error of no type",
    'childError',
    { type: '', message: 'in it' },
    { type: 'Error', message: 'in it' },
  ),
];

/** The end in an answer of the API. */
export function shownEnd({
  status,
  result,
  resultOmitted,
  failure,
}: {
  status: string;
  result?: unknown;
  resultOmitted?: unknown;
  failure?: unknown;
}): Expected {
  return {
    status: status as Expected['status'],
    ...(result !== undefined && { result }),
    ...(resultOmitted != null && { resultOmitted: resultOmitted as NonNullable<Expected['resultOmitted']> }),
    ...(failure != null && { failure: failure as NonNullable<Expected['failure']> }),
  };
}

function completes(
  what: string,
  { workflowType, input = {} }: { workflowType: string; input?: Record<string, unknown> },
  ends: Omit<Expected, 'status'>,
): KnownEnd {
  return { what, workflowType, input, ends: { status: 'completed', ...ends } };
}

function fails(
  what: string,
  workflowType: string,
  input: Record<string, unknown>,
  failure: NonNullable<Expected['failure']>,
): KnownEnd {
  return { what, workflowType, input, ends: { status: 'failed', failure } };
}

function raw(encoding: string, data: string | Buffer) {
  return { workflowType: 'raw', input: { encoding, data: Buffer.from(data).toString('base64') } };
}

function notJson(bytes: number): Pick<Expected, 'resultOmitted'> {
  return { resultOmitted: { reason: 'not-json', bytes } };
}
