import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import type * as GateBundle from '../../../src/worker/code/gate-bundle.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** A copy of the compiled code that a process of the run is started from. */
export interface CodeTree {
  readonly folder: string;
  readonly workflowsPath: string;
  readonly activitiesPath: string;
}

/**
 * `same`: as it is. `other-bundle`: gates do the same, from another bundle. `not-replayable`: gates begin with a timer, so that neither
 * version can replay the other's history.
 */
export type GateVersion = 'same' | 'other-bundle' | 'not-replayable';

/** Copies the compiled code, so that a build in the meantime does not change the code under test, and gives its gates that version. */
export async function copyCode(folder: string, version: GateVersion): Promise<CodeTree> {
  mkdirSync(join(folder, 'dist'), { recursive: true });
  for (const path of [
    'package.json',
    'drizzle',
    'src/board/assets',
    'dist/src',
    'dist/test/chaos',
    'dist/test/foreign',
    'dist/test/support',
    'dist/gate-workflows.bundle.js',
  ])
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  if (version !== 'same') {
    const workflows = join(folder, 'dist/src/workflows');
    writeFileSync(join(workflows, 'gate/changed-gate.js'), CHANGED_GATES[version]);
    pointTo(join(workflows, 'index.js'), './gate/gate.workflow.js', './gate/changed-gate.js');
    await bundleGates(folder);
  }
  return {
    folder,
    workflowsPath: join(folder, 'dist/test/chaos/workflows/index.js'),
    activitiesPath: join(folder, 'dist/test/chaos/activities.js'),
  };
}

/** As the build does, so that a worker that is started again is there soon. */
async function bundleGates(folder: string): Promise<void> {
  const { GATE_BUNDLE_PARTS } = (await import(
    pathToFileURL(join(folder, 'dist/src/worker/code/gate-bundle.js')).href
  )) as typeof GateBundle;
  const { code } = await bundleWorkflowCode({ ...GATE_BUNDLE_PARTS, logger: new DefaultLogger('WARN') });
  writeFileSync(join(folder, 'dist/gate-workflows.bundle.js'), code);
}

const CHANGED_GATES = {
  'other-bundle': `export { WorkspaceGateWorkflow } from './gate.workflow.js';
export const anotherVersion = true;
`,
  'not-replayable': `import { sleep } from '@temporalio/workflow';
import { WorkspaceGateWorkflow as gate } from './gate.workflow.js';
export async function WorkspaceGateWorkflow(input) {
  await sleep(1);
  await gate(input);
}
`,
} as const;

function pointTo(file: string, from: string, to: string): void {
  const code = readFileSync(file, 'utf8');
  if (!code.includes(from))
    throw new Error(`${file} does not import ${from}: say here where the gate is now`);
  writeFileSync(file, code.replaceAll(from, to));
}
