/** `deck --help`, `deck help gateway sync`: finds the page and fits it to the terminal. */
import { createColours } from '../../report/colour.ts'
import { type Commands, describeAll, describeCommand } from './describe.ts'
import { commandPage, type PageStyle, programPage, topicPage } from './pages.ts'

/** Narrower columns cannot be read, and wider lines neither. */
const [narrowest, widest] = [40, 120]

/** @param words what help is about: none for the program, `gateway`, `gateway sync` */
export async function showHelp(
  words: readonly string[],
  commands: Commands,
  stdout: NodeJS.WriteStream,
): Promise<void> {
  const terminal = stdout.isTTY === true
  const { heading } = await createColours({ terminal, env: process.env })
  const style = { width: widthOf(stdout), heading }
  stdout.write(await pageOf(words, commands, style))
}

async function pageOf(words: readonly string[], commands: Commands, style: PageStyle): Promise<string> {
  const [first] = words
  if (first === undefined) return programPage(await describeAll(commands), style)
  const id = words.join(':')
  if (id in commands) return commandPage(await describeCommand(commands, id), style)
  return topicPage(first, await describeAll(commands), style)
}

/** A terminal's own, or what `COLUMNS` says; in a pipe each text is one line, for grep. */
function widthOf({ isTTY, columns }: NodeJS.WriteStream): number {
  const named = Number(process.env['COLUMNS'] ?? Number.NaN)
  const width = isTTY === true ? columns : Number.isInteger(named) && named > 0 ? named : undefined
  return width === undefined ? Number.POSITIVE_INFINITY : Math.min(widest, Math.max(narrowest, width))
}
