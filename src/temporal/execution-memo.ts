import { decode } from '@temporalio/common/lib/encoding.js';
import type { temporal } from '@temporalio/proto';
import type { ExecutionMemo } from '../domain/names.ts';

/** True when a workflow's memo says that it is this very execution: our deployment's, this workspace's, this row's. */
export function isExecution(memo: Record<string, unknown> | undefined, expected: ExecutionMemo): boolean {
  return (
    memo?.['sluiceDeployment'] === expected.sluiceDeployment &&
    memo['sluiceWorkspace'] === expected.sluiceWorkspace &&
    memo['sluiceExecution'] === expected.sluiceExecution
  );
}

type RawMemo = temporal.api.common.v1.IMemo | null | undefined;

/**
 * The same of a memo as the server has it, of which only our fields are decoded: a memo may hold anything, in any encoding. Null when
 * one of our fields is there and cannot be read.
 */
export function isExecutionByRawMemo(memo: RawMemo, expected: ExecutionMemo): boolean | null {
  const fields = Object.keys(expected).map((name) => readText(memo?.fields?.[name]));
  if (fields.includes(UNREADABLE)) return null;
  return Object.values(expected).every((value, i) => fields[i] === value);
}

const UNREADABLE = Symbol('unreadable');

/** The text that a payload holds; null for one that is absent or holds something else. */
function readText(payload: temporal.api.common.v1.IPayload | undefined): string | null | typeof UNREADABLE {
  if (payload === undefined) return null;
  const { encoding } = payload.metadata ?? {};
  try {
    if (encoding === undefined || decode(encoding) !== 'json/plain') return UNREADABLE;
    const value: unknown = JSON.parse(decode(payload.data ?? new Uint8Array()));
    return typeof value === 'string' ? value : null;
  } catch {
    return UNREADABLE;
  }
}
