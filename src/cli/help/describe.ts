/** Commands as plain data: what help, man pages and completion show of them. */
import type * as Interfaces from '@oclif/core/interfaces'
import type { BaseCommand } from '../base-command.ts'
import type { FlagGroup } from '../flag-types.ts'
import { globalFlags } from '../global-flags.ts'
import type { CommandGroup } from './groups.ts'

/** Each command by its id (`gateway:sync`), loaded when it is needed. */
export type Commands = Readonly<Record<string, () => Promise<{ readonly default: unknown }>>>

export type CommandClass = typeof BaseCommand

export interface FlagDescription {
  readonly name: string
  readonly char?: string | undefined
  /** The word for its value: `FILE`, or its choices: `yaml|json`. Undefined for a switch. */
  readonly value: string | undefined
  /** All values that it takes, where these are few. */
  readonly choices: readonly string[]
  readonly text: string
  readonly group: FlagGroup | undefined
  /** `DECK_SELECT_TAG` */
  readonly variable: string | undefined
  readonly isRepeatable: boolean
}

export interface CommandDescription {
  /** `['gateway', 'sync']` */
  readonly words: readonly string[]
  readonly summary: string
  readonly description: string | undefined
  /** Its arguments: `FILE...` */
  readonly usage: string
  readonly examples: readonly string[]
  readonly group: CommandGroup
  readonly flags: readonly FlagDescription[]
}

const help: FlagDescription = {
  name: 'help',
  char: 'h',
  value: undefined,
  choices: [],
  text: 'show help',
  group: 'GENERAL',
  variable: undefined,
  isRepeatable: false,
}

export async function describeCommand(commands: Commands, id: string): Promise<CommandDescription> {
  const load = commands[id]
  if (load === undefined) throw new Error(`no command ${id}`)
  const { summary, description, usage, examples, group, isOffline, flags } = (await load())
    .default as CommandClass
  const all = describeFlags({ ...globalFlags, ...flags }).filter(
    one => !(isOffline && one.group === 'CONNECTION'),
  )
  return {
    words: id.split(':'),
    summary,
    description,
    usage,
    examples,
    group,
    flags: all,
  }
}

/** The flags of every command. */
export const globalDescriptions = (): FlagDescription[] => describeFlags(globalFlags)

/** By name, without hidden ones. */
function describeFlags(flags: Interfaces.FlagInput): FlagDescription[] {
  const shown = Object.entries(flags).filter(([, { hidden }]) => hidden !== true)
  const all = [...shown.map(([name, flag]) => describeFlag(name, flag)), help]
  return all.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Sorted by their ids. */
export const describeAll = (commands: Commands): Promise<CommandDescription[]> =>
  Promise.all(
    Object.keys(commands)
      .sort()
      .map(id => describeCommand(commands, id)),
  )

type AnyFlag = Interfaces.FlagInput[string]

function describeFlag(name: string, flag: AnyFlag): FlagDescription {
  const { char, description = '', env, helpGroup } = flag
  const choices = choicesOf(flag)
  const isList = choices.length > 0 && choices.join('|').length > longestValue
  const text = isList ? `${description}: ${choices.join(', ')}` : description
  return {
    name,
    char,
    value: flag.type === 'boolean' ? undefined : isList ? 'NAME' : choices.join('|') || wordFor(flag),
    choices,
    text: `${text}${defaultOf(flag)}`,
    group: helpGroup as FlagGroup | undefined,
    variable: env,
    isRepeatable: flag.type === 'option' && flag.multiple === true,
  }
}

/** Longer lists of choices are in the flag's text. */
const longestValue = 24

const wordFor = (flag: AnyFlag): string =>
  flag.type === 'option' && typeof flag.helpValue === 'string' ? flag.helpValue : 'VALUE'

/** The choices of the parser, or of the placeholder: `yaml|json`. */
function choicesOf(flag: AnyFlag): readonly string[] {
  if (flag.type !== 'option') return []
  if (flag.options !== undefined) return flag.options
  const words = wordFor(flag).split('|')
  return words.length > 1 ? words : []
}

function defaultOf(flag: AnyFlag): string {
  const value: unknown = flag.type === 'option' ? flag.default : undefined
  const isText = (typeof value === 'string' && value !== '') || typeof value === 'number'
  return isText ? ` (default: ${value})` : ''
}
