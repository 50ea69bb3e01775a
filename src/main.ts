/**
 * From arguments to a command: finds it by its words, loads only it and runs it. Help is oclif's, and the
 * only thing that needs all of oclif: its configuration, its manifest and its plugins are not read for
 * anything else, because start-up is paid on every call.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Config } from '@oclif/core/config'
import type { BaseCommand } from './cli/base-command.ts'
import { type Found, findCommand } from './cli/find-command.ts'
import { globalFlags } from './cli/flags.ts'
import { homeFolder } from './cli/home.ts'
import { commands } from './commands.ts'

export { loadAll } from './commands.ts'

const booleans = new Set(
  Object.entries(globalFlags).flatMap(([name, flag]) => (flag.type === 'boolean' ? [name] : [])),
)

/**
 * @param root the folder of package.json
 * @returns the exit code
 */
export async function main(argv: readonly string[], root: string): Promise<number> {
  const found = findCommand(argv, { ids: Object.keys(commands), booleans })
  if (found.what === 'unknown') {
    process.stderr.write(unknownCommandMessage(found))
    return 1
  }
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (found.what === 'help') {
    // Without these oclif asks the system about its user, which a container need not know.
    process.env['SHELL'] ??= 'unknown'
    process.env['HOME'] ??= homeFolder() ?? root
    const { run } = await import('@oclif/core/run')
    await run([...found.words, '--help'], { root, pjson, version: pjson.version })
    return 0
  }
  const config = new Config({ root, pjson })
  config.version = pjson.version
  return (await newCommand(found.id, [...found.argv], config)).run()
}

type CommandClass = new (argv: string[], config: Config) => BaseCommand

async function newCommand(id: string, argv: string[], config: Config): Promise<BaseCommand> {
  const load = commands[id]
  if (load === undefined) throw new Error(`no command ${id}`)
  const { default: Command } = (await load()) as { default: CommandClass }
  return new Command(argv, config)
}

/** Those of decK 1.65 that are not here: for the AI Gateway, Kubernetes, Terraform and Konnect. */
const commandsOfDeck: ReadonlySet<string> = new Set([
  'deck ai',
  'deck konnect',
  'deck file ai2kong',
  'deck file kong2kic',
  'deck file kong2tf',
])

function unknownCommandMessage({ word, under, near }: Extract<Found, { what: 'unknown' }>): string {
  const what = word.startsWith('-') ? `unknown flag: ${word}` : `unknown command "${word}" for "${under}"`
  const isOfDeck = commandsOfDeck.has(`${under} ${word}`)
  const said = isOfDeck ? 'decK has this command, this program does not' : near && `did you mean "${near}"?`
  const hint = said === undefined ? '' : `hint: ${said}\n`
  return `Error: ${what}\n${hint}Run '${under} --help' for usage.\n`
}
