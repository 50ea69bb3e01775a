/** The pages of `deck --help`: of the program, of the commands below one word, of one command. */
import { type FlagGroup, flagGroups } from '../flag-types.ts'
import { columns, paragraph, termWidth, wrap } from './columns.ts'
import type { CommandDescription, FlagDescription } from './describe.ts'
import { commandGroups } from './groups.ts'

export interface PageStyle {
  /** In characters; infinite in a pipe. */
  readonly width: number
  readonly heading: (text: string) => string
}

type Section = readonly [heading: string, body: string]

export const tagline =
  'Keep a Kong API gateway in step with declarative files, as decK does; with a gateway for trials.'

export const topics: Readonly<Record<string, string>> = {
  gateway: 'Compare and change the configuration of a gateway.',
  file: 'Check, change and convert state files, without a gateway.',
}

/** Written as `FLAG` is in `--flag`, so that one sentence holds for all of them. */
export const variableOf = (name: string): string => `DECK_${name.toUpperCase().replaceAll('-', '_')}`

function page(text: string, sections: readonly Section[], { width, heading }: PageStyle): string {
  const parts = sections.map(([title, body]) => `${heading(title)}\n${body}`)
  return `${[wrap(text, width).join('\n'), ...parts].join('\n\n')}\n`
}

export function programPage(commands: readonly CommandDescription[], style: PageStyle): string {
  const more: readonly (readonly [string, string])[] = [
    ['deck COMMAND --help', 'flags and examples of a command'],
    ['DECK_KONG_ADDR', 'variables set flags: this one sets --kong-addr'],
    ['~/.deck.yaml', 'config file with the same names: kong-addr'],
  ]
  return page(
    tagline,
    [
      ['USAGE', '  deck COMMAND [ARGUMENTS] [FLAGS]'],
      ...listOf(commands, 0, style),
      [
        'EXAMPLES',
        [
          'deck gateway dump -o kong.yaml',
          'deck gateway diff kong.yaml',
          'deck gateway sync kong.yaml',
          'deck serve kong.yaml',
        ]
          .map(line => `  ${line}`)
          .join('\n'),
      ],
      ['MORE', columns(more, termWidth(more.map(([term]) => term)), style.width)],
    ],
    style,
  )
}

export function topicPage(topic: string, commands: readonly CommandDescription[], style: PageStyle): string {
  const below = commands.filter(({ words }) => words[0] === topic && words.length > 1)
  return page(
    topics[topic] ?? '',
    [
      ['USAGE', `  deck ${topic} COMMAND [ARGUMENTS] [FLAGS]`],
      ...listOf(below, 1, style),
      ['MORE', `  deck ${topic} COMMAND --help`],
    ],
    style,
  )
}

/** By groups. @param from how many of a command's words the page has in its own title */
function listOf(commands: readonly CommandDescription[], from: number, { width }: PageStyle): Section[] {
  const term = ({ words }: CommandDescription): string => words.slice(from).join(' ')
  const wide = termWidth(commands.map(term))
  return Object.entries(commandGroups).flatMap(([group, title]): Section[] => {
    const own = commands.filter(command => command.group === group)
    const rows = own.map(command => [term(command), command.summary] as const)
    return own.length === 0 ? [] : [[title, columns(rows, wide, width)]]
  })
}

export function commandPage(command: CommandDescription, style: PageStyle): string {
  const { words, usage, summary, description, examples, flags } = command
  const wide = termWidth(flags.map(flagTerm))
  return page(
    summary,
    [
      ['USAGE', `  deck ${[...words, ...(usage === '' ? [] : [usage]), '[FLAGS]'].join(' ')}`],
      ...(description === undefined ? [] : ([['DESCRIPTION', paragraph(description, style.width)]] as const)),
      ['EXAMPLES', examples.map(line => `  ${line}`).join('\n')],
      ...groupsOf(flags).map(([title, own]): Section => {
        const rows = own.map(flag => [flagTerm(flag), flag.text] as const)
        return [title, columns(rows, wide, style.width)]
      }),
      [
        'VARIABLES',
        variablesOf(flags)
          .map(line => paragraph(line, style.width))
          .join('\n'),
      ],
    ],
    style,
  )
}

/** In the order of `flagGroups`, without empty ones. */
export function groupsOf(flags: readonly FlagDescription[]): [string, FlagDescription[]][] {
  const groups: readonly (FlagGroup | undefined)[] = [undefined, ...flagGroups]
  return groups
    .map((group): [string, FlagDescription[]] => [
      group === undefined ? 'FLAGS' : `${group} FLAGS`,
      flags.filter(flag => flag.group === group),
    ])
    .filter(([, own]) => own.length > 0)
}

/** `-w, --workspace WORKSPACE` */
const flagTerm = ({ name, char, value }: FlagDescription): string =>
  `${char === undefined ? '    ' : `-${char}, `}--${name}${value === undefined ? '' : ` ${value}`}`

/** Which variables set which flags, in as few words as are true. */
export function variablesOf(flags: readonly FlagDescription[]): string[] {
  const settable = flags.filter(({ name }) => name !== 'help')
  const without = settable.filter(({ variable }) => variable === undefined)
  const renamed = settable.filter(
    ({ name, variable }) => variable !== undefined && variable !== variableOf(name),
  )
  const names = (list: readonly FlagDescription[]): string => list.map(({ name }) => `--${name}`).join(', ')
  const regular = settable.filter(({ name, variable }) => variable === variableOf(name))
  const example = regular.find(({ name }) => name === 'kong-addr') ?? regular[0]
  return [
    `Variables set flags that are not given: ${example?.variable} sets --${example?.name}.`,
    ...renamed.map(({ name, variable }) => `${variable} sets --${name}.`),
    ...(without.length === 0 ? [] : [`No variable sets ${names(without)}.`]),
  ]
}
