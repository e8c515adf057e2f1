import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundleOptions, bundleWorkflowCode } from '@temporalio/worker';
import type { Log } from '../../process/log.ts';
import { exportedWorkflowTypes } from './exported-workflow-types.ts';
import { silentExceptFor } from './gate-bundle.ts';
import { isPackage, missingPackageText } from './missing-package.ts';
import { OperatorError } from '../../process/operator-error.ts';

/** The workflow that Sluice brings. */
const OWN_WORKFLOWS_PATH = fileURLToPath(
  new URL('../../workflows/http-request/http-request.workflow.js', import.meta.url),
);

const POOL_ENTRY_PATH = fileURLToPath(new URL('../../workflows/pool/index.js', import.meta.url));
const PLAIN_ERRORS_PATH = fileURLToPath(new URL('../../workflows/pool/plain-errors.js', import.meta.url));

export interface UserWorkflowsOptions {
  /** How long an execution of a type that is not in the module is offered to workers before it fails. Defaults to 60. */
  readonly unknownTypeSeconds?: number;
  /** Whether a plain error that a workflow throws ends its execution, not its task alone. Defaults to true. */
  readonly failOnError?: boolean;
}

/** The pool's workflows, bundled once for all queues of the process. */
export interface UserWorkflows {
  readonly code: string;
  /** Names the code in Temporal's histories. Made once: the SDK would make its own for each Worker, and most of a Worker's cost is that. */
  readonly buildId: string;
  /** The workflow types in the bundle; `*` when it takes any type, or when its types cannot be told. */
  readonly types: readonly string[];
}

/** Thrown when WORKFLOWS_PATH cannot be used. */
export class WorkflowsPathError extends OperatorError {
  override readonly name = 'WorkflowsPathError';
}

/**
 * Bundles the module at `path`; Sluice's own, `httpRequest`, when it is empty. A relative path is relative to the working directory.
 *
 * @throws WorkflowsPathError when there is no such module, when it does not bundle, or when it exports no workflow.
 */
export async function loadUserWorkflows(
  path: string,
  log: Log,
  { unknownTypeSeconds = 60, failOnError = true }: UserWorkflowsOptions = {},
): Promise<UserWorkflows> {
  const workflowsPath = path === '' ? OWN_WORKFLOWS_PATH : resolve(path);
  if (!existsSync(workflowsPath)) {
    throw new WorkflowsPathError(
      `WORKFLOWS_PATH is ${JSON.stringify(path)}: there is no file ${workflowsPath}. Set it to a .js or .ts module that exports workflows, or leave it unset for Sluice's own, httpRequest.`,
    );
  }
  const complaints: string[] = [];
  const code = await bundle(workflowsPath, log, complaints, { unknownTypeSeconds, failOnError });
  const buildId = `sluice-pool+${createHash('sha256').update(code).digest('hex')}`;
  const types = exportedWorkflowTypes(code);
  if (types === null) {
    log.warn(
      { workflowsPath },
      'the workflow types of WORKFLOWS_PATH cannot be told without running it; any type is accepted',
    );
    return { code, buildId, types: ['*'] };
  }
  if (types.length === 0) {
    throw new WorkflowsPathError(
      `WORKFLOWS_PATH: ${workflowsPath} exports no function, so it has no workflow.`,
    );
  }
  return { code, buildId, types };
}

async function bundle(
  workflowsPath: string,
  log: Log,
  complaints: string[],
  { unknownTypeSeconds, failOnError }: Required<UserWorkflowsOptions>,
): Promise<string> {
  const logger = { ...silentExceptFor(log), error: (message: string) => void complaints.push(message) };
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: POOL_ENTRY_PATH,
      workflowInterceptorModules: failOnError ? [PLAIN_ERRORS_PATH] : [],
      logger,
      webpackConfigHook: (config) => withUserCode(config, workflowsPath, unknownTypeSeconds),
    });
    return code;
  } catch (cause) {
    const why = [...complaints, cause instanceof Error ? cause.message : String(cause)].join('\n');
    const missing = missingPackage(why);
    if (missing !== null)
      throw new WorkflowsPathError(`WORKFLOWS_PATH: ${missingPackageText(workflowsPath, missing)}`, {
        cause,
      });
    throw new WorkflowsPathError(
      `WORKFLOWS_PATH: ${workflowsPath} cannot be bundled for the workflow sandbox:\n${why}`,
      { cause },
    );
  }
}

/** The first package that the bundler did not find; null when its trouble is another. */
function missingPackage(output: string): string | null {
  const missing = [...output.matchAll(/Can't resolve '([^']+)'/g)].map((match) => match[1]!);
  return missing.find(isPackage) ?? null;
}

type BundlerConfig = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

/** Gives the entry of the pool's bundle what it imports by names of no package: the user's module, and our settings. */
function withUserCode(
  config: BundlerConfig,
  workflowsPath: string,
  unknownTypeSeconds: number,
): BundlerConfig {
  const settings = { 'sluice-pool-settings': `var ${JSON.stringify({ unknownTypeSeconds })}` };
  return {
    ...config,
    resolve: {
      ...config.resolve,
      alias: Object.assign({}, config.resolve?.alias, { 'sluice-user-workflows$': workflowsPath }),
    },
    externals: [settings, config.externals ?? []].flat(),
  };
}
