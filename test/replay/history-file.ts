import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import proto from '@temporalio/proto';
import { REPOSITORY } from '../support/processes/started.ts';

/**
 * Committed: one run of a gate a file, as the protobuf message's own object with names, numbers and bytes as text. Not the JSON of
 * `temporal workflow show`: the SDK's functions for that need that it and its proto package share one copy of protobufjs.
 */
const FOLDER = join(REPOSITORY, 'test/replay/histories');

/** A reader and the repository both want them small. */
const MAX_BYTES = 200 * 1024;

const { History } = proto.temporal.api.history.v1;
type History = proto.temporal.api.history.v1.IHistory;

export interface HistoryFile {
  readonly workflowId: string;
  readonly history: History;
}

/** Puts a history where the replay tests find it. The names of the machine that made it are taken out; replay needs none of them. */
export function writeHistory(what: string, history: History): void {
  const object = History.toObject(History.fromObject(history), {
    longs: String,
    enums: String,
    bytes: String,
  });
  const text = `${JSON.stringify(object, withoutMachine, 1)}\n`;
  if (text.length > MAX_BYTES) throw new Error(`${what}: ${text.length} bytes; at most ${MAX_BYTES}`);
  writeFileSync(pathOf(what), text);
}

export function readHistory(what: string): HistoryFile {
  const history = History.fromObject(JSON.parse(readFileSync(pathOf(what), 'utf8')));
  const { workflowId } = history.events[0]!.workflowExecutionStartedEventAttributes!;
  return { workflowId: workflowId!, history };
}

function pathOf(what: string): string {
  return join(FOLDER, `${what.toLowerCase().replaceAll(' ', '-')}.json`);
}

function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'identity') return 'recorded';
  if (key === 'stackTrace') return '';
  if (key === 'taskQueue' && (value as { kind?: string }).kind === 'TASK_QUEUE_KIND_STICKY')
    return { ...(value as object), name: 'recorded' };
  return value;
}
