/**
 * From arguments to a command: finds it by its words, loads only it, and lets oclif do the rest (flags, help).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Config, flush, run } from '@oclif/core'
import { nearest } from './cli/nearest.ts'
import { commands } from './commands.ts'

export { loadAll } from './commands.ts'

/** @param root the folder of package.json */
export async function main(argv: readonly string[], root: string): Promise<void> {
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const config = await Config.load({ root, pjson, version: pjson.version })
  for (const plugin of config.plugins.values()) {
    plugin.findCommand = async (id: string) => loadCommand(id)
  }
  const problem = unknownCommand(argv)
  if (problem !== undefined) {
    process.stderr.write(problem)
    process.exitCode = 1
    return
  }
  await run([...argv], config)
  await flush()
}

async function loadCommand(id: string): Promise<Command.Class> {
  const load = commands[id]
  if (load === undefined) throw new Error(`no command ${id}`)
  const command = (await load()).default as Command.Class
  command.id = id
  return command
}

/** Wrong words are an error with exit code 1 (decK shows help and exits with 0 below `gateway` and `file`). */
function unknownCommand(argv: readonly string[]): string | undefined {
  const words = argv.filter(word => !word.startsWith('-'))
  const [first, second] = words
  if (first === undefined || first === 'help' || argv[0]?.startsWith('-')) return undefined
  const ids = Object.keys(commands)
  if (ids.includes(first)) return undefined
  const below = ids.filter(id => id.startsWith(`${first}:`)).map(id => id.slice(first.length + 1))
  if (below.length === 0) {
    const topics = new Set(ids.map(id => id.split(':')[0] ?? id))
    return told(first, 'deck', nearest(first, [...topics]))
  }
  if (second === undefined || below.includes(second) || argv[1]?.startsWith('-')) return undefined
  return told(second, `deck ${first}`, nearest(second, below))
}

const told = (word: string, under: string, near: string | undefined): string =>
  `Error: unknown command ${JSON.stringify(word)} for ${JSON.stringify(under)}\n${
    near === undefined ? '' : `hint: did you mean "${near}"?\n`
  }Run '${under} --help' for usage.\n`
