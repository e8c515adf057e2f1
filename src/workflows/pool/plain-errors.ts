import { ensureApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import {
  ContinueAsNew,
  TemporalFailure,
  type WorkflowInterceptors,
  WorkflowError,
  workflowInfo,
} from '@temporalio/workflow';
import * as own from 'sluice-user-workflows';
import { TaskOnlyError } from './task-only-error.ts';

/**
 * Makes a plain error that workflow code throws end its execution, as an ApplicationFailure with the error's class for a type. By itself the
 * SDK fails the workflow task, which Temporal repeats for ever while the execution holds its slot. An error in a signal handler ends the
 * execution too; one in an update handler is the answer to that update alone. What the SDK finds out about determinism keeps failing the
 * task only: a bad deployment must not end all executions that run. The bundler finds this by its name.
 */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      execute: (input, next) => withoutPlainErrors(async () => convertible(await next(input))),
      handleSignal: (input, next) => withoutPlainErrors(() => next(input)),
      handleUpdate: (input, next) => withoutPlainErrors(() => next(input)),
    },
  ],
});

async function withoutPlainErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw isForTheSdk(error) ? error : ensureApplicationFailure(asObject(error));
  }
}

/** A text or a number that is thrown has no class to name. */
function asObject(thrown: unknown): unknown {
  return typeof thrown === 'object' && thrown !== null ? thrown : new Error(String(thrown));
}

/** DeterminismViolationError is a WorkflowError. */
function isForTheSdk(error: unknown): boolean {
  return (
    error instanceof TemporalFailure ||
    error instanceof ContinueAsNew ||
    error instanceof WorkflowError ||
    error instanceof TaskOnlyError
  );
}

/** Throws what the SDK would throw later, where nothing turns it into a failure: at a result such as a BigInt. */
function convertible(result: unknown): unknown {
  if (!hasConverterOfItsOwn()) defaultPayloadConverter.toPayload(result);
  return result;
}

function hasConverterOfItsOwn(): boolean {
  const workflow = ({ ...own } as Record<string, unknown>)[workflowInfo().workflowType];
  return typeof workflow === 'function' && 'staticOptions' in workflow;
}
