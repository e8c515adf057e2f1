import type { Completed } from './completed.ts';

export function bashScript(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `_sluice() {
  local word=\${COMP_WORDS[COMP_CWORD]} verbs='' options=''
  case \${COMP_WORDS[1]} in
${commands.map(({ name, verbs, options }) => `    ${name}) verbs='${verbs.join(' ')}'; options='${options.join(' ')}' ;;`).join('\n')}
  esac
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${names} --help' -- "$word"))
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options --help" -- "$word"))
  elif ((COMP_CWORD == 2)); then
    COMPREPLY=($(compgen -W "$verbs" -- "$word"))
  else
    COMPREPLY=()
  fi
}
complete -o default -F _sluice sluice
`;
}
