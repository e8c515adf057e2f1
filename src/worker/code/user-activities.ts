import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OperatorError } from '../../process/operator-error.ts';
import { importTypeScript } from './import-typescript.ts';
import { isPackage, missingPackageText } from './missing-package.ts';
import { isTypeScript } from './translate-typescript.ts';

export type Activities = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Thrown when ACTIVITIES_PATH cannot be used. */
export class ActivitiesPathError extends OperatorError {
  override readonly name = 'ActivitiesPathError';
}

/**
 * The exported functions of the module at `path`; none when it is empty. A relative path is relative to the working directory. TypeScript is
 * translated while it is loaded; its types are not checked.
 *
 * @throws ActivitiesPathError when there is no such module or it does not load.
 */
export async function loadUserActivities(path: string): Promise<Activities> {
  if (path === '') return {};
  const activitiesPath = resolve(path);
  if (!existsSync(activitiesPath)) {
    throw new ActivitiesPathError(
      `ACTIVITIES_PATH is ${JSON.stringify(path)}: there is no file ${activitiesPath}. Set it to a .js or .ts module that exports activities, or leave it unset for none.`,
    );
  }
  try {
    const functions = Object.entries(await load(activitiesPath)).filter(
      ([, value]) => typeof value === 'function',
    );
    return Object.fromEntries(functions) as Activities;
  } catch (cause) {
    throw new ActivitiesPathError(`ACTIVITIES_PATH: ${whyNotLoaded(activitiesPath, cause)}`, { cause });
  }
}

async function load(activitiesPath: string): Promise<Record<string, unknown>> {
  if (isTypeScript(activitiesPath)) return importTypeScript(activitiesPath);
  return (await import(pathToFileURL(activitiesPath).href)) as Record<string, unknown>;
}

function whyNotLoaded(activitiesPath: string, cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const [, specifier] = /^Cannot find (?:package|module) '([^']+)'/.exec(message) ?? [];
  return specifier !== undefined && isPackage(specifier)
    ? missingPackageText(activitiesPath, specifier)
    : `${activitiesPath} does not load: ${message}`;
}
