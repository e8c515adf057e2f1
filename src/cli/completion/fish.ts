import type { Completed } from './completed.ts';

export function fishScript(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const lines = commands.flatMap(({ name, summary, verbs, options }) => [
    `complete -c sluice -f -n 'not __fish_seen_subcommand_from ${names}' -a ${name} -d '${quoted(summary)}'`,
    ...(verbs.length === 0
      ? []
      : [
          `complete -c sluice -f -n '__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${verbs.join(' ')}' -a '${verbs.join(' ')}'`,
        ]),
    ...options.map(
      (option) =>
        `complete -c sluice -n '__fish_seen_subcommand_from ${name}' -l ${option.replace(/^--/, '')}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}

const quoted = (text: string) => text.replaceAll(/['\\]/g, (character) => `\\${character}`);
