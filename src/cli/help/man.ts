/** The man pages: `deck.1`, and one for each command, `deck-gateway-sync.1`. The build writes them. */
import type { CommandDescription, FlagDescription } from './describe.ts'
import { commandGroups } from './groups.ts'
import { groupsOf, tagline, variablesOf } from './pages.ts'

/** By the names of their files. */
export function manPages(commands: readonly CommandDescription[], version: string): Map<string, string> {
  return new Map([
    ['deck.1', programPage(commands, version)],
    ...commands.map(command => [`${nameOf(command)}.1`, commandPage(command, version)] as const),
  ])
}

const nameOf = ({ words }: CommandDescription): string => ['deck', ...words].join('-')

const exits: readonly (readonly [string, string])[] = [
  ['0', 'The command succeeded.'],
  ['1', 'The command failed, or a check found an error.'],
  ['2', 'With --non-zero-exit-code or --fail-on: there is a difference.'],
]

function programPage(commands: readonly CommandDescription[], version: string): string {
  const [any] = commands.filter(({ words }) => words.join(' ') === 'gateway ping')
  const shared = (any?.flags ?? []).filter(({ group }) => group === 'CONNECTION' || group === 'GENERAL')
  return [
    head('deck', version),
    section('NAME', `deck ${dash} ${roff(tagline)}`),
    section('SYNOPSIS', '.B deck\n.I COMMAND ARGUMENTS FLAGS'),
    ...Object.entries(commandGroups).map(([group, title]) => {
      const own = commands.filter(command => command.group === group)
      return section(
        title,
        own.map(command => term(bold(`deck ${command.words.join(' ')}`), command.summary)).join('\n'),
      )
    }),
    section('FLAGS OF ALL COMMANDS', shared.map(flagEntry).join('\n')),
    section('ENVIRONMENT', roff('DECK_ and the name of a flag: DECK_KONG_ADDR sets --kong-addr.')),
    section('FILES', term(bold('~/.deck.yaml'), 'Values for flags of all commands, for example kong-addr.')),
    section('EXIT STATUS', exits.map(([code, text]) => term(bold(code), text)).join('\n')),
    section('SEE ALSO', commands.map(command => `.BR ${roff(nameOf(command))} (1)`).join(' ,\n')),
  ].join('\n')
}

function commandPage(command: CommandDescription, version: string): string {
  const { words, usage, summary, description, examples, flags } = command
  const groups = groupsOf(flags).map(([title, own]) =>
    [`.SS ${quoted(title)}`, ...own.map(flagEntry)].join('\n'),
  )
  return [
    head(nameOf(command), version),
    section('NAME', `${roff(nameOf(command))} ${dash} ${roff(summary)}`),
    section('SYNOPSIS', `.B ${roff(['deck', ...words].join(' '))}\n${roff(`${usage} [FLAGS]`.trim())}`),
    ...(description === undefined ? [] : [section('DESCRIPTION', roff(description))]),
    section('EXAMPLES', `.nf\n${examples.map(roff).join('\n')}\n.fi`),
    section('FLAGS', groups.join('\n')),
    section('ENVIRONMENT', variablesOf(flags).map(roff).join('\n.br\n')),
    section('SEE ALSO', '.BR deck (1)'),
  ].join('\n')
}

/** Without a date: the same sources make the same bytes. */
const head = (name: string, version: string): string =>
  `.TH ${quoted(name.toUpperCase())} 1 "" ${quoted(`deck ${version}`)} "deck"`

const section = (title: string, body: string): string => `.SH ${quoted(title)}\n${body}`

const term = (marked: string, text: string): string => `.TP\n${marked}\n${roff(text)}`

const bold = (text: string): string => `.B ${roff(text)}`

function flagEntry({ name, char, value, text }: FlagDescription): string {
  const spellings = `${char === undefined ? '' : `-${char}, `}--${name}`
  return term(value === undefined ? bold(spellings) : `\\fB${roff(spellings)}\\fR ${roff(value)}`, text)
}

const dash = '\\-'

/** A name in capitals, or a title with spaces, as one argument of a macro. */
const quoted = (text: string): string => `"${roff(text).replaceAll('"', '\\(dq')}"`

/** Plain text for roff: no control lines, hyphens that can be copied, ASCII only. */
function roff(text: string): string {
  const plain = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', dash)
    .replace(
      /[^\n -~]/gu,
      char => `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
  return /^[.']/.test(plain) ? `\\&${plain}` : plain
}
