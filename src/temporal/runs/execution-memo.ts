import type { Client } from '@temporalio/client';
import { decode } from '@temporalio/common/lib/encoding.js';
import type { temporal } from '@temporalio/proto';
import { jsonTextOf } from '../../domain/outcome/json-result.ts';
import type { ExecutionMemo } from '../../domain/names.ts';
import { encodingOf } from '../../domain/outcome/payload-encoding.ts';
import { type DescribedRun, startMemoOf } from './describe-run.ts';

type Memo = temporal.api.common.v1.IMemo | null | undefined;

/** Whose a workflow is. `unknown`: Temporal cannot tell any more, and it may be ours. */
export type Ownership = 'ours' | 'foreign' | 'unknown';

/** Of a memo only the fields that Sluice itself writes are read: the others are the worker's own, and may be encrypted. */
export function memoField(memo: Memo, name: keyof ExecutionMemo): string | null {
  const payload = memo?.fields?.[name];
  if (!payload || encodingOf(payload) !== 'json/plain') return null;
  const text = payload.data?.length ? jsonTextOf(payload.data) : null;
  const value: unknown = text === null ? null : JSON.parse(text);
  return typeof value === 'string' ? value : null;
}

/** True when a memo says that its workflow is this very execution: our deployment's, this workspace's, this row's. */
function isExecution(memo: Memo, expected: ExecutionMemo): boolean {
  return (Object.keys(expected) as (keyof ExecutionMemo)[]).every(
    (name) => memoField(memo, name) === expected[name],
  );
}

/**
 * Whose a described run is. A workflow can change its own memo while it runs, and so lose or hide our fields; what its first run was
 * started with stays. Only when that run is gone from Temporal can it not be told.
 */
export async function ownershipOf(
  client: Client,
  run: DescribedRun,
  expected: ExecutionMemo,
): Promise<Ownership> {
  if (isExecution(run.memo, expected)) return 'ours';
  const startMemo = await startMemoOf(client, run.workflowId, run.firstRunId);
  if (startMemo === null) return 'unknown';
  return isExecution(startMemo, expected) ? 'ours' : 'foreign';
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
