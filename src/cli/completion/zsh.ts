import type { Completed } from './completed.ts';

export function zshScript(commands: readonly Completed[]): string {
  const names = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`).join('\n');
  return `#compdef sluice
_sluice() {
  local -a commands verbs options
  commands=(
${names}
  )
  case \${words[2]} in
${commands.map(({ name, verbs, options }) => `    ${name}) verbs=(${verbs.join(' ')}); options=(${options.join(' ')}) ;;`).join('\n')}
  esac
  if ((CURRENT == 2)); then
    _describe command commands
  elif [[ \${words[CURRENT]} == -* ]]; then
    compadd -- $options --help
  elif ((CURRENT == 3 && \${#verbs})); then
    compadd -- $verbs
  else
    _files
  fi
}
compdef _sluice sluice
`;
}

const quoted = (text: string) => text.replaceAll("'", String.raw`'\''`).replaceAll(':', String.raw`\:`);
