/**
 * The script for zsh: a file `_deck` in a folder of `$fpath`, or `source <(deck completion zsh)` after
 * `compinit`.
 */
import { type Command, type Flag, nextWords } from './completions.ts'

export function zshScript(commands: readonly Command[]): string {
  const all = [...nextWords(commands)]
  const topics = all.filter(([before]) => !commands.some(({ words }) => words.join(' ') === before))
  const known = topics.flatMap(([before, list]) => list.map(({ word }) => quote(`${before} ${word}`.trim())))
  return `#compdef deck
# zsh completion of deck. To have it in every shell: deck completion zsh > "\${fpath[1]}/_deck"
_deck() {
  local command="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${command:+$command }$word" in
      ${known.join('|')}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command" in
${topics.map(topicCase).join('\n')}
${commands.map(commandCase).join('\n')}
  esac
}
if [ "\${funcstack[1]}" = "_deck" ]; then _deck "$@"; else compdef _deck deck; fi
`
}

function topicCase([before, list]: readonly [string, readonly { word: string; summary: string }[]]): string {
  const described = list.map(({ word, summary }) => quote(`${word}:${summary}`))
  return `    ${quote(before)}) local -a next=(${described.join(' ')}); _describe command next ;;`
}

const commandCase = ({ words, flags, args }: Command): string =>
  `    ${quote(words.join(' '))}) _arguments -S ${flags.flatMap(specs).join(' ')} ${rest(args)} ;;`

const rest = (args: readonly string[]): string =>
  args.length > 0 ? quote(`*:argument:(${args.join(' ')})`) : quote('*:file:_files')

/** `--flag[what it does]:value:(yaml json)`, as _arguments wants it. */
function specs({ name, char, description, isSwitch, values }: Flag): string[] {
  const help = `[${description.replace(/[[\]\\]/g, '\\$&')}]`
  const action = values.length > 0 ? `(${values.join(' ')})` : '_files'
  const value = isSwitch ? '' : `:${name}:${action}`
  return [`--${name}`, ...(char === undefined ? [] : [`-${char}`])].map(spelling => {
    const separator = isSwitch || !spelling.startsWith('--') ? '' : '='
    return quote(`*${spelling}${separator}${help}${value}`)
  })
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
