import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, REPOSITORY } from '../support/processes/started.ts';

/** Of a command that fetches packages or a generator, and compiles. */
export const COMMAND_MAX_MS = 240_000;

/** The commands of a section of a README, in their order. */
export function commandsUnder(readme: string, heading: string): string[] {
  const section = readFileSync(join(REPOSITORY, readme), 'utf8')
    .split(/^#+ /m)
    .find((one) => one.startsWith(heading))!;
  return [...section.matchAll(/^ {4}(.*)$/gm)].map(([, command]) => command!);
}

/** What a command prints, which must succeed. */
export async function runCommand(
  command: string,
  inside: string,
  settings: Record<string, string>,
): Promise<string> {
  const ran = launch(settings, ['sh', '-c', command], inside);
  const late = setTimeout(() => ran.child.kill('SIGKILL'), COMMAND_MAX_MS);
  const code = await ran.exited;
  clearTimeout(late);
  assert.equal(code, 0, `${command}\n${ran.printed()}`);
  return ran.printed();
}
