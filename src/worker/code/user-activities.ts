import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OperatorError } from '../../process/operator-error.ts';

export type Activities = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Thrown when ACTIVITIES_PATH cannot be used. */
export class ActivitiesPathError extends OperatorError {
  override readonly name = 'ActivitiesPathError';
}

/**
 * The exported functions of the module at `path`; none when it is empty. A relative path is relative to the working directory.
 *
 * @throws ActivitiesPathError when there is no such module or it does not load.
 */
export async function loadUserActivities(path: string): Promise<Activities> {
  if (path === '') return {};
  const activitiesPath = resolve(path);
  if (!existsSync(activitiesPath)) {
    throw new ActivitiesPathError(
      `ACTIVITIES_PATH is ${JSON.stringify(path)}: there is no file ${activitiesPath}. Set it to a compiled .js module that exports activities, or leave it unset for none.`,
    );
  }
  try {
    const module = (await import(pathToFileURL(activitiesPath).href)) as Record<string, unknown>;
    const functions = Object.entries(module).filter(([, value]) => typeof value === 'function');
    return Object.fromEntries(functions) as Activities;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ActivitiesPathError(`ACTIVITIES_PATH: ${activitiesPath} does not load: ${why}`, { cause });
  }
}
