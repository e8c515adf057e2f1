import type { RawFailure, RawPayload, RawWorkflowAnswer } from './raw-worker.ts';
import { completes, fails, rawPayload } from './raw-worker.ts';

/** One way in which a foreign worker may end a workflow, and how its row has to say it. */
export interface OddEnd {
  readonly answer: RawWorkflowAnswer;
  readonly status: 'completed' | 'failed';
  /** The result's text in the API's answer. */
  readonly result?: string;
  readonly resultOmitted?: { readonly reason: 'not-json' | 'too-large'; readonly bytes: number };
  readonly failure?: { readonly type: string; readonly message: string };
}

const result = (payload: RawPayload, text: string): OddEnd => ({
  answer: completes([payload]),
  status: 'completed',
  result: text,
});
const nothing = (payloads: readonly RawPayload[] | null): OddEnd => ({
  answer: completes(payloads),
  status: 'completed',
});
const notJson = (payload: RawPayload): OddEnd => ({
  answer: completes([payload]),
  status: 'completed',
  resultOmitted: { reason: 'not-json', bytes: payload.data?.byteLength ?? 0 },
});
const failure = (proto: RawFailure, type: string, message = proto.message ?? ''): OddEnd => ({
  answer: fails(proto),
  status: 'failed',
  failure: { type, message },
});

const json = (data: string | Uint8Array) => rawPayload('json/plain', data);
const told = (message: string) => ({ message, applicationFailureInfo: { type: 'Told' } });

/** By name, which is the workflow type that is to end so. */
export const ODD_ENDS: Readonly<Record<string, OddEnd>> = {
  'no result': nothing(null),
  'a payload without anything': nothing([{}]),
  'binary/null': nothing([rawPayload('binary/null')]),
  'binary/null with bytes': nothing([rawPayload('binary/null', 'x')]),
  null: result(json('null'), 'null'),
  'a text with an escaped NUL': result(json('"a\\u0000b"'), '"a\\u0000b"'),
  'a text with an escaped half of a pair': result(json('"\\ud800"'), '"\\ud800"'),
  'white space around': result(json(' \n{"a" : 1.0}\t'), '{"a" : 1.0}'),
  'json/protobuf': result(rawPayload('json/protobuf', '{"a":"1"}'), '{"a":"1"}'),
  'a number that no double holds': result(json('12345678901234567890.10'), '12345678901234567890.10'),
  'nested 2,000 deep': result(
    json(`${'['.repeat(2_000)}${']'.repeat(2_000)}`),
    `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
  ),
  'json without data': notJson(rawPayload('json/plain')),
  'json of no bytes': notJson(json('')),
  'white space only': notJson(json('  ')),
  'a NUL byte in a text': notJson(json('"a\u0000b"')),
  'a NUL byte after a text': notJson(json('"a"\u0000')),
  NaN: notJson(json('NaN')),
  'half an object': notJson(json('{not json')),
  'a value and a member': notJson(json('1,"status":"failed"')),
  'two values': notJson(json('1 2')),
  'bytes that are not UTF-8': notJson(json(Buffer.from([0x22, 0xff, 0xfe, 0x22]))),
  'a half of a pair in UTF-8': notJson(json(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))),
  'a byte order mark': notJson(json('\ufeff1')),
  encrypted: notJson(rawPayload('binary/encrypted', Buffer.from([0, 1, 2, 255]))),
  'binary/plain': notJson(rawPayload('binary/plain', 'plain')),
  'bytes without an encoding': notJson({ data: Buffer.from('1') }),
  'an encoding that is not UTF-8': notJson({
    metadata: { encoding: Buffer.from([0xff]) },
    data: Buffer.from('1'),
  }),
  'larger than the limit': {
    answer: completes([json(`"${'x'.repeat(262_144)}"`)]),
    status: 'completed',
    resultOmitted: { reason: 'too-large', bytes: 262_146 },
  },

  'a failure': failure(told('by the test'), 'Told'),
  'a failure without anything': failure({}, 'Error', ''),
  'a failure without a type': failure({ message: 'm', applicationFailureInfo: { type: '' } }, 'Error'),
  'a failure without an info': failure({ message: 'm' }, 'Error'),
  'a failure with NUL': failure(
    { message: 'a\u0000b', applicationFailureInfo: { type: 'T\u0000' } },
    'T\ufffd',
    'a\ufffdb',
  ),
  'a failure with a large message': failure(told('x'.repeat(1_000_000)), 'Told', 'x'.repeat(10_000)),
  'a failure with encoded attributes': failure(
    { ...told('Encoded failure'), encodedAttributes: json('{"message":"decoded","stack_trace":""}') },
    'Told',
    'decoded',
  ),
  'a failure with encrypted attributes': failure(
    { ...told('Encoded failure'), encodedAttributes: rawPayload('binary/encrypted', 'x') },
    'Told',
  ),
  'a failure with attributes of a wrong shape': failure(
    { ...told('Encoded failure'), encodedAttributes: json('{"message":1}') },
    'Told',
  ),
  'a failure with half attributes': failure(
    { ...told('Encoded failure'), encodedAttributes: json('{') },
    'Told',
  ),
  'a failure with details that no converter knows': failure(
    {
      message: 'm',
      applicationFailureInfo: { type: 'Told', details: { payloads: [rawPayload('x/y', 'x')] } },
    },
    'Told',
  ),
  'a time-out of its own': failure({ message: 'late', timeoutFailureInfo: {} }, 'TimeoutFailure'),
  'a cancellation of its own': failure({ message: 'stopped', canceledFailureInfo: {} }, 'CancelledFailure'),
  'a termination of its own': failure({ message: 'ended', terminatedFailureInfo: {} }, 'TerminatedFailure'),
  'a server failure': failure({ message: 'm', serverFailureInfo: {} }, 'ServerFailure'),
  'a reset failure': failure({ message: 'm', resetWorkflowFailureInfo: {} }, 'ResetWorkflow'),
  'a Nexus failure': failure({ message: 'm', nexusHandlerFailureInfo: { type: 'NOPE' } }, 'NOPE'),
  'an activity failure': failure(
    { message: 'it failed', activityFailureInfo: { activityType: { name: 'a' } }, cause: told('inside') },
    'Told',
    'inside',
  ),
  'an activity failure without its activity': failure(
    { message: 'it failed', activityFailureInfo: {}, cause: told('inside') },
    'Told',
    'inside',
  ),
  'an activity failure without a cause': failure(
    { message: 'it failed', activityFailureInfo: { activityType: { name: 'a' } } },
    'ActivityFailure',
  ),
  'a child failure without its child': failure(
    { message: 'it failed', childWorkflowExecutionFailureInfo: {}, cause: told('inside') },
    'Told',
    'inside',
  ),
  'a child failure without a cause': failure(
    { message: 'it failed', childWorkflowExecutionFailureInfo: {} },
    'ChildWorkflowFailure',
  ),
  'wrappers with an encoded cause': failure(
    {
      message: 'it failed',
      activityFailureInfo: { activityType: { name: 'a' } },
      cause: { ...told('Encoded failure'), encodedAttributes: json('{"message":"decoded"}') },
    },
    'Told',
    'decoded',
  ),
};
