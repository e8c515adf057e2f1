import type { Command } from '../command.ts';
import { readWords, UsageError } from '../options.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import type { Completed } from './completed.ts';
import { zshScript } from './zsh.ts';

const SHELLS: Readonly<Record<string, (commands: readonly Completed[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const usage = `sluice completion bash|zsh|fish
  Prints what lets the shell complete commands and options. It asks nobody when it completes.
  bash  source <(sluice completion bash), in ~/.bashrc
  zsh   source <(sluice completion zsh), in ~/.zshrc after compinit
  fish  sluice completion fish > ~/.config/fish/completions/sluice.fish
Exit code: 0 done, 2 wrong arguments.`;

/** What completes: every command with the verbs and options that its help shows. */
export function completion(commands: () => Promise<readonly Completed[]>): Command {
  return {
    usage,
    async run(args) {
      const { words } = readWords(args, {}, usage);
      const [shell = ''] = words;
      if (words.length !== 1 || !Object.hasOwn(SHELLS, shell))
        throw new UsageError(`Which shell: ${Object.keys(SHELLS).join(', ')}?\n${usage}`);
      process.stdout.write(SHELLS[shell]!(await commands()));
      return 0;
    },
  };
}
