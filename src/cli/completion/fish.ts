/** The script for fish: `deck completion fish | source`. */
import { type Command, nextWords } from './completions.ts'

export function fishScript(commands: readonly Command[]): string {
  const topics = [...nextWords(commands)]
  const known = topics.flatMap(([before, list]) => list.map(({ word }) => quote(`${before} ${word}`.trim())))
  return `# fish completion of deck. To have it in every shell: deck completion fish > ~/.config/fish/completions/deck.fish
function __deck_command
  set -l command ''
  for word in (commandline -opc)[2..-1]
    set -l longer (string trim -- "$command $word")
    contains -- "$longer" ${known.join(' ')}; and set command "$longer"
  end
  echo "$command"
end
function __deck_at
  test (__deck_command) = "$argv[1]"
end
complete -c deck -e
${topics.flatMap(([before, list]) => list.map(one => wordLine(before, one))).join('\n')}
${commands.flatMap(flagLines).join('\n')}
`
}

const wordLine = (before: string, { word, summary }: { word: string; summary: string }): string =>
  `complete -c deck -f -n ${at(before)} -a ${word} -d ${quote(summary)}`

function flagLines({ words, flags }: Command): string[] {
  return flags.map(({ name, char, description, isSwitch, values }) => {
    const short = char === undefined ? '' : ` -s ${char}`
    const value = isSwitch ? '' : values.length > 0 ? ` -x -a ${quote(values.join(' '))}` : ' -r'
    return `complete -c deck -n ${at(words.join(' '))} -l ${name}${short}${value} -d ${quote(description)}`
  })
}

const at = (command: string): string => quote(`__deck_at "${command}"`)

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
