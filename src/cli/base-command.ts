/**
 * The base of all commands: reads flags as decK's users write them, finds the source of each setting, runs
 * the work and reports failures. The work of a command is in its own file and in the recipes.
 */
import type * as Interfaces from '@oclif/core/interfaces'
import { parse } from '@oclif/core/parser'
import type { ClientSettings } from '../admin-client/settings.ts'
import { nearest } from '../entities/text/did-you-mean.ts'
import { exitCodes, UsageError } from '../errors.ts'
import type { Terminal } from '../recipes/terminal.ts'
import { configured } from './config-file.ts'
import { durationLine } from './duration.ts'
import { globalFlags } from './global-flags.ts'
import { splitBooleanValues, splitList } from './go-flags.ts'
import type { CommandGroup } from './help/groups.ts'
import { printError } from './print-error.ts'
import { processTerminal, timeLimits } from './process-io.ts'
import { clientSettings } from './settings.ts'

/** The input of a command's work. */
export interface Run {
  /** By their names on the command line. */
  readonly flags: Readonly<Record<string, unknown>>
  /** Positional arguments, in order. */
  readonly files: readonly string[]
  readonly terminal: Terminal
  /** How to reach the Admin API; its signal is aborted on Ctrl-C. */
  readonly client: ClientSettings
}

/** The program's data that commands use. */
export interface Program {
  readonly version: string
  /** The folder of package.json. */
  readonly root: string
}

export abstract class BaseCommand {
  /** One line, an imperative in lower case. */
  static summary = ''
  /** Sentences for help that needs more than one line. */
  static description: string | undefined
  /** Its arguments: `FILE...`. Completion chooses by these words (`completion/values.ts`). */
  static usage = ''
  /** Complete command lines. */
  static examples: readonly string[] = []
  static group: CommandGroup = 'other'
  /** It sends no request to an Admin API; help leaves the flags of connections out. */
  static isOffline = false
  /** It runs until it is interrupted. */
  static isServer = false
  static flags: Interfaces.FlagInput = {}

  protected readonly argv: readonly string[]
  protected readonly program: Program

  constructor(argv: readonly string[], program: Program) {
    this.argv = argv
    this.program = program
  }

  /** The command's own part. @returns the exit code */
  protected abstract work(run: Run): Promise<number>

  /** @returns the exit code */
  async run(): Promise<number> {
    const began = performance.now()
    let flags: Run['flags'] = {}
    let code: number = exitCodes.failure
    try {
      const read = await this.readArguments()
      flags = read.flags
      code = await this.workWith(read)
    } catch (error) {
      await printError(error, await processTerminal(flags))
    }
    const { isOffline, isServer } = this.constructor as typeof BaseCommand
    if (!isOffline && !isServer && flags['json-output'] !== true) {
      process.stderr.write(durationLine(code, performance.now() - began, process.stderr, process.env))
    }
    return code
  }

  private async workWith({ flags, files }: Pick<Run, 'flags' | 'files'>): Promise<number> {
    const client = {
      ...(await clientSettings(flags)),
      userAgent: `deck/${this.program.version}`,
      log: (line: string) => process.stderr.write(`${line}\n`),
      hidden: variableValues(),
      ...timeLimits(flags['deadline']),
    }
    return this.work({ flags, files, terminal: await processTerminal(flags), client })
  }

  private async readArguments(): Promise<{ flags: Record<string, unknown>; files: string[] }> {
    const { flags: own } = this.constructor as typeof BaseCommand
    const known: Record<string, AnyFlag> = { ...globalFlags, ...own }
    const names = Object.keys(known)
    const booleans = new Set(names.filter(name => known[name]?.type === 'boolean'))
    const { argv, values } = splitBooleanValues(this.argv, booleans)
    // Not `this.parse()`, which loads plugins to run their hooks.
    const parsed = await parse([...argv], { flags: repeatable(known), strict: false }).catch(
      (error: unknown) => {
        throw usageError(error, names)
      },
    )
    const read = Object.entries(parsed.flags).map(([name, value]) => [name, asGoReads(value, known[name])])
    const flags: Record<string, unknown> = { ...Object.fromEntries(read), ...values }
    const metadata = parsed.metadata.flags as Record<string, { setFromDefault?: boolean } | undefined>
    const given = new Set([
      ...Object.keys(parsed.flags).filter(name => metadata[name]?.setFromDefault !== true),
      ...Object.keys(values),
    ])
    // A command may have a flag of this name for something else (`file add-plugins`): then it takes its
    // settings from the usual place.
    const fromFile = await configured(
      typeof flags['config'] === 'string' ? flags['config'] : undefined,
      given,
    )
    const files = parsed.argv.map(String)
    return { flags: { ...flags, ...fromFile }, files }
  }
}

const variableValues = (): string[] =>
  Object.entries(process.env).flatMap(([name, value = '']) => (name.startsWith('DECK_') ? [value] : []))

type AnyFlag = Interfaces.FlagInput[string]

/** oclif refuses a repeated flag; in Go the last value counts. */
function repeatable(flags: Readonly<Record<string, AnyFlag>>): Interfaces.FlagInput {
  const many = { multiple: true, multipleNonGreedy: true }
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      flag.type === 'option' ? ({ ...flag, ...many } as AnyFlag) : flag,
    ]),
  )
}

/**
 * The last of several values, or for a list all of them, each of which may hold several unless the flag says
 * `whole`.
 */
function asGoReads(value: unknown, flag: AnyFlag | undefined): unknown {
  if (flag?.type !== 'option' || value === undefined) return value
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (!flag.multiple) return all.at(-1)
  return 'whole' in flag ? all.map(String) : all.flatMap(one => splitList(String(one)))
}

/** oclif's complaints in one line each, with the near name where there is one. */
function usageError(error: unknown, names: readonly string[]): unknown {
  // Errors of oclif have its mark; any other error is a bug.
  if (!(error instanceof Error && 'oclif' in error)) return error
  const message = error.message.split('\n')[0] ?? error.message
  const [, flag, wanted, got] =
    /^Parsing (--[\w-]+) \n\tExpected (.+?) but received: (.*)/.exec(error.message) ?? []
  if (flag !== undefined) return new UsageError(`${flag}: ${wanted} is expected, got ${JSON.stringify(got)}`)
  const unknown = /^Nonexistent flags?: (.*)$/.exec(message)
  if (unknown?.[1] !== undefined) {
    const [first = ''] = unknown[1].split(', ')
    const [near] = nearest(first.replace(/^-+/, ''), names)
    return new UsageError(
      `unknown flag: ${unknown[1]}`,
      near === undefined ? {} : { hint: `did you mean --${near}?` },
    )
  }
  return new UsageError(error.message.replace(/\nSee more help with --help$/, ''))
}
