import type { RetryPolicy } from '../../../../packages/client/src/index.ts';
import { UsageError } from '../../options.ts';
import { jsonLine } from '../../print/plain.ts';
import { secondsOf } from '../../print/times.ts';
import { integer, jsonFrom, labelsOf, moment } from '../arguments.ts';
import { type Context, verb } from '../command.ts';
import { executionLines, statusLine } from './execution-lines.ts';

const IDEMPOTENCY_KEY = {
  'idempotency-key': { type: 'string', value: 'TEXT', text: 'makes it safe to repeat the command' },
} as const;

const WAIT = {
  timeout: {
    type: 'string',
    value: 'TIME',
    text: 'for how long it waits: 90s, 15m, 2h; no limit unless given',
  },
} as const;

const YEAR_SECONDS = 31_536_000;
const ATTEMPTS_MAX = 1_000;

export const startExecution = verb({
  name: 'start',
  words: ['WORKSPACE', 'TYPE'],
  text: 'Puts an execution into the queue of a workspace.',
  options: {
    input: {
      type: 'string',
      value: 'JSON',
      text: 'what the workflow gets; other people of this machine may see it',
    },
    'input-file': {
      type: 'string',
      value: 'FILE',
      text: 'the same from a file, or from standard input when it is -',
    },
    ...IDEMPOTENCY_KEY,
    reference: { type: 'string', value: 'TEXT', text: 'a name of your own for it' },
    label: { type: 'string', multiple: true, value: 'NAME=VALUE', text: 'for people and for searching' },
    'if-busy': { type: 'string', value: 'WHAT', text: 'reject: only if it can have a slot at once' },
    after: {
      type: 'string',
      value: 'TIME',
      text: 'when it enters the queue: a time, or 15m, 2h, 3d from now',
    },
    before: { type: 'string', value: 'TIME', text: 'not admitted by then, it expires' },
    'execution-timeout': { type: 'string', value: 'SECONDS', text: 'how long its workflow may stay open' },
    attempts: {
      type: 'string',
      value: 'N',
      text: 'how often its workflow is tried when it fails; 1 unless given',
    },
    wait: { type: 'boolean', text: 'waits for the end and prints the result, as `result` does' },
    ...WAIT,
  },
  kind: 'act',
  async run(context, [workspace, type], values) {
    const { after, before, attempts, 'if-busy': ifBusy, 'execution-timeout': timeout } = values;
    if (ifBusy !== undefined && ifBusy !== 'reject')
      throw new UsageError(`--if-busy ${ifBusy} is not reject.`);
    const started = await context.sluice.start(type!, {
      workspace: workspace!,
      input: jsonFrom(values.input, values['input-file']),
      idempotencyKey: values['idempotency-key'],
      reference: values.reference,
      labels: labelsOf(values.label),
      ifBusy,
      startAfter: after === undefined ? undefined : moment(after, '--after', 'ahead'),
      startBefore: before === undefined ? undefined : moment(before, '--before', 'ahead'),
      executionTimeout:
        timeout === undefined
          ? undefined
          : integer(timeout, '--execution-timeout', { min: 1, max: YEAR_SECONDS }),
      retryPolicy: attempts === undefined ? undefined : attemptsOf(attempts),
    });
    if (values.wait === true) return printResult(context, started, values.timeout);
    const { execution, repeated } = started;
    return context.show(execution, () => [
      statusLine(execution, repeated ? '  (this key stood for it already)' : ''),
    ]);
  },
});

export const resultOfExecution = verb({
  name: 'result',
  words: ['WORKSPACE', 'EXECUTION'],
  text: 'Waits for the end of an execution and prints its result as JSON.',
  options: WAIT,
  kind: 'act',
  run: async (context, [workspaceId, id], { timeout }) =>
    printResult(context, context.sluice.executions.handle(workspaceId!, id!), timeout),
});

export const cancelExecution = verb({
  name: 'cancel',
  words: ['WORKSPACE', 'EXECUTION'],
  text: 'Cancels an execution: one that waits never starts, one that runs is asked to stop.',
  options: {},
  kind: 'act',
  async run({ sluice, show }, [workspaceId, id]) {
    const execution = await sluice.executions.cancel(workspaceId!, id!);
    const asked = execution.closedAt === null ? '  (it was asked to stop)' : '';
    show(execution, () => [statusLine(execution, asked)]);
  },
});

export const terminateExecution = verb({
  name: 'terminate',
  words: ['WORKSPACE', 'EXECUTION'],
  text: 'Terminates an execution that does not respond to a cancellation: it cannot clean up.',
  options: {},
  kind: 'act',
  async run({ sluice, show }, [workspaceId, id]) {
    const execution = await sluice.executions.terminate(workspaceId!, id!);
    const asked = execution.closedAt === null ? '  (it is being terminated)' : '';
    show(execution, () => [statusLine(execution, asked)]);
  },
});

export const rerunExecution = verb({
  name: 'rerun',
  words: ['WORKSPACE', 'EXECUTION'],
  text: 'Runs an execution that has ended again, as a new one.',
  options: IDEMPOTENCY_KEY,
  kind: 'act',
  async run({ sluice, show }, [workspaceId, id], { 'idempotency-key': idempotencyKey }) {
    const { execution } = await sluice.executions.handle(workspaceId!, id!).rerun({ idempotencyKey });
    show(execution, () => executionLines(execution));
  },
});

interface Ends {
  result(options: { timeout?: number | undefined }): Promise<unknown>;
}

/** The result as JSON, also for people: it is the workflow's own. */
async function printResult({ show }: Context, handle: Ends, timeout: string | undefined): Promise<void> {
  const result = (await handle.result({ timeout: millisOf(timeout) })) ?? null;
  show(result, () => [jsonLine(result)]);
}

function millisOf(timeout: string | undefined): number | undefined {
  if (timeout === undefined) return undefined;
  const seconds = secondsOf(timeout);
  if (seconds === null) throw new UsageError(`--timeout ${timeout} is no duration, as 90s, 15m or 2h.`);
  return seconds * 1000;
}

function attemptsOf(text: string): RetryPolicy {
  return { maximumAttempts: integer(text, '--attempts', { min: 1, max: ATTEMPTS_MAX }) };
}
