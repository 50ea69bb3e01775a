/**
 * Whether and how output is coloured. The only importer of chalk; everyone else is handed what this makes.
 */

/** The colours in use. */
export type Colours = Readonly<
  Record<'red' | 'green' | 'yellow' | 'blue' | 'heading', (text: string) => string>
>

const asItIs = (text: string): string => text
const none: Colours = { red: asItIs, green: asItIs, yellow: asItIs, blue: asItIs, heading: asItIs }

export interface ColourSettings {
  /** Whether the stream is a terminal. */
  readonly terminal: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--no-color`: true switches colour off, an explicit false switches it on, also in a pipe. */
  readonly noColor?: boolean
}

/**
 * `NO_COLOR` beats everything, then the flag, then a dumb or absent terminal (decK's order). `FORCE_COLOR`,
 * which decK does not know, replaces the terminal: 0 and false stand for none, any other value for one.
 */
export function wantsColour({ terminal, env, noColor }: ColourSettings): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  if (noColor !== undefined) return !noColor
  const forced = env['FORCE_COLOR'] ?? ''
  if (forced !== '') return forced !== '0' && forced !== 'false'
  return terminal && env['TERM'] !== 'dumb'
}

/** Basic colours only: they follow the user's theme. */
export async function createColours(settings: ColourSettings): Promise<Colours> {
  if (!wantsColour(settings)) return none
  const { Chalk } = await import('chalk')
  const { red, green, yellow, blue } = new Chalk({ level: 1 })
  return { red, green, yellow, blue, heading: green.bold }
}
