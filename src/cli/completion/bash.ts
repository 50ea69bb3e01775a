/**
 * The script for bash: `source <(deck completion bash)`. Files are completed by bash itself, wherever there
 * is nothing better.
 */
import { type Command, nextWords, spellings } from './completions.ts'

export function bashScript(commands: readonly Command[]): string {
  const topics = [...nextWords(commands)]
  const known = topics.flatMap(([before, list]) => list.map(({ word }) => `"${`${before} ${word}`.trim()}"`))
  const following = topics.map(
    ([before, list]) => `    "${before}") words="${list.map(({ word }) => word).join(' ')}" ;;`,
  )
  const flags = commands.map(
    ({ words, flags: own }) => `    "${words.join(' ')}") flags="${own.flatMap(spellings).join(' ')}" ;;`,
  )
  return `# bash completion of deck. To have it in every shell: deck completion bash > /etc/bash_completion.d/deck
_deck() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command="" words="" flags="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${command:+$command }$word" in
    ${known.join('|')}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command" in
${following.join('\n')}
  esac
  case "$command" in
${flags.join('\n')}
  esac
  case "$command $previous" in
${valueCases(commands).join('\n')}
  esac
  if [[ $current == -* ]]; then words="$flags"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _deck deck
`
}

/** After a flag that takes one of a few values, those; after one that takes any, a file. */
function valueCases(commands: readonly Command[]): string[] {
  return commands.flatMap(({ words, flags }) =>
    flags
      .filter(({ isSwitch }) => !isSwitch)
      .map(flag => {
        const before = spellings(flag).map(spelling => `"${words.join(' ')} ${spelling}"`)
        return `    ${before.join('|')}) words="${flag.values.join(' ')}" ;;`
      }),
  )
}
