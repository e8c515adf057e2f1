import { readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';
import type { Log } from '../../process/log.ts';

const pathOf = (module: string) => fileURLToPath(new URL(`../../workflows/${module}`, import.meta.url));
/** What the gate's bundle is made of. The last three keep what cannot be decoded from wedging a gate. */
export const GATE_BUNDLE_PARTS = {
  workflowsPath: pathOf('index.js'),
  payloadConverterPath: pathOf('gate/converters/payload-converter.js'),
  failureConverterPath: pathOf('gate/converters/failure-converter.js'),
  workflowInterceptorModules: [pathOf('gate/interceptors.js')],
};
const BUNDLE_PATH = fileURLToPath(new URL('../../../gate-workflows.bundle.js', import.meta.url));
/** The compiled code that goes into the bundle. */
const SOURCES = ['../../workflows/', '../../domain/'].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);

/**
 * The workflows of the `workflows.default` queue as one script: the file that the build wrote, unless it is missing or
 * older than the code it was made from; then made now, which takes a second or two.
 */
export async function gateWorkflowBundle(log: Log): Promise<WorkflowBundleOption> {
  if (await builtBundleIsFresh()) return { codePath: BUNDLE_PATH };
  log.debug({ bundle: BUNDLE_PATH }, 'the bundle of the gate workflows is missing or old; bundling them now');
  return bundleWorkflowCode({ ...GATE_BUNDLE_PARTS, logger: silentExceptFor(log) });
}

/** The bundler's own progress is noise; what it says is wrong is not. */
export function silentExceptFor(log: Log) {
  const debug = (message: string) => log.debug({ part: 'bundler' }, message);
  return {
    log: (_level: string, message: string) => debug(message),
    trace: debug,
    debug,
    info: debug,
    warn: (message: string) => log.warn({ part: 'bundler' }, message),
    // The rejection that follows carries no text of its own, so the reason has to be seen here.
    error: (message: string) => log.error({ part: 'bundler' }, message),
  };
}

async function builtBundleIsFresh(): Promise<boolean> {
  const built = await stat(BUNDLE_PATH).catch(() => null);
  if (built === null) return false;
  for (const folder of SOURCES) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.js')) continue;
      if ((await stat(`${entry.parentPath ?? entry.path}/${entry.name}`)).mtimeMs > built.mtimeMs)
        return false;
    }
  }
  return true;
}
