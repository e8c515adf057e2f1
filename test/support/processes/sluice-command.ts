import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOfTheMachine, REPOSITORY } from './started.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const { bin } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
  bin: { sluice: string };
};

/** The file that npm links as `sluice`. */
export const SLUICE = join(REPOSITORY, bin.sluice);

/** Runs `sluice` with these arguments to its end, without a terminal. */
export async function sluice(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [SLUICE, ...args],
      { cwd: REPOSITORY, env: { ...environmentOfTheMachine(), ...settings } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    ).stdin?.end();
  });
}
