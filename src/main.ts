/**
 * From arguments to a command: finds it by its words, loads only it and runs it, because start-up is paid on
 * every call. Of oclif only the parser of flags is used.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BaseCommand, Program } from './cli/base-command.ts'
import { type CommandMatch, findCommand } from './cli/find-command.ts'
import { globalFlags } from './cli/global-flags.ts'
import { commands } from './commands.ts'

const booleans = new Set(
  Object.entries(globalFlags).flatMap(([name, flag]) => (flag.type === 'boolean' ? [name] : [])),
)

/**
 * @param root the folder of package.json
 * @returns the exit code
 */
export async function main(argv: readonly string[], root: string): Promise<number> {
  const [first, ...rest] = argv
  if (first === '__complete' || first === '__completeNoDesc') {
    const { complete } = await import('./cli/completion/complete.ts')
    process.stdout.write(await complete(rest, commands, first === '__complete'))
    return 0
  }
  const found = findCommand(argv, { ids: Object.keys(commands), booleans })
  if (found.what === 'unknown') {
    process.stderr.write(unknownCommandMessage(found))
    return 1
  }
  if (found.what === 'help') {
    const { showHelp } = await import('./cli/help/help.ts')
    await showHelp(found.words, commands, process.stdout)
    return 0
  }
  const load = commands[found.id]
  if (load === undefined) throw new Error(`no command ${found.id}`)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { default: Command } = (await load()) as { default: RunnableClass }
  return new Command(found.argv, { version, root }).run()
}

/** By the names of their files: what the build writes. */
export async function writtenManPages(version: string): Promise<ReadonlyMap<string, string>> {
  const [{ describeAll }, { manPages }] = await Promise.all([
    import('./cli/help/describe.ts'),
    import('./cli/help/man.ts'),
  ])
  return manPages(await describeAll(commands), version)
}

type RunnableClass = new (argv: readonly string[], program: Program) => BaseCommand

/** Those of decK 1.65 that are not here: for the AI Gateway and Konnect. */
const commandsOfDeck: ReadonlySet<string> = new Set(['deck ai', 'deck konnect'])

function unknownCommandMessage({ word, under, near }: Extract<CommandMatch, { what: 'unknown' }>): string {
  const what = word.startsWith('-') ? `unknown flag: ${word}` : `unknown command "${word}" for "${under}"`
  const isOfDeck = commandsOfDeck.has(`${under} ${word}`)
  const said = isOfDeck ? 'decK has this command, this program does not' : near && `did you mean "${near}"?`
  const hint = said === undefined ? '' : `hint: ${said}\n`
  return `Error: ${what}\n${hint}Run '${under} --help' for usage.\n`
}
