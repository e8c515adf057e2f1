import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../support/processes/started.ts';
import { type Ended, sluice } from '../support/processes/sluice-command.ts';

/** Commands as somebody types them, and what they printed. */
export interface Transcript {
  /** Runs a command to its end; it must be done. A comment stands above it. */
  type(command: string, comment?: string): Promise<Ended>;
  text(): string;
}

export function beginTranscript(settings: Readonly<Record<string, string>>): Transcript {
  const lines: string[] = [];
  return {
    async type(command, comment) {
      const ended = await sluice(wordsOf(command).slice(1), settings);
      assert.equal(ended.code, 0, `${command}\n${ended.stdout}${ended.stderr}`);
      if (comment !== undefined) lines.push(`# ${comment}`);
      lines.push(`$ ${command}`, ...`${ended.stderr}${ended.stdout}`.trimEnd().split('\n'), '');
      return ended;
    },
    text: () => lines.join('\n').trimEnd(),
  };
}

/** Puts it into docs/cli.md, between its marks, when TRANSCRIPT=true; the tests themselves look at what was printed. */
export function keepTranscript(name: string, { text }: Transcript): void {
  if (process.env['TRANSCRIPT'] !== 'true') return;
  const file = join(REPOSITORY, 'docs/cli.md');
  const page = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- ${name}: written by test/cli/stories.test.ts -->\n`, `<!-- end of ${name} -->`];
  const [before, rest = ''] = page.split(begin);
  assert.ok(rest.includes(end), `docs/cli.md has marks for ${name}`);
  writeFileSync(file, `${before}${begin}\n\`\`\`console\n${text()}\n\`\`\`\n\n${end}${rest.split(end)[1]}`);
}

/** As a shell parts them: by spaces, but not within quotes. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
}
