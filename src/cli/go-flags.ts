/**
 * Flags as Go programs take them. Booleans with a value (`--no-color=false`, `--yes=1`): oclif knows `--flag`
 * alone, so these are taken out of the arguments before it reads them. Lists separated by commas.
 */
import { UsageError } from '../errors.ts'

/** The values that Go's strconv.ParseBool accepts. */
const words: Readonly<Record<string, boolean>> = {
  '1': true,
  t: true,
  T: true,
  TRUE: true,
  true: true,
  True: true,
  '0': false,
  f: false,
  F: false,
  FALSE: false,
  false: false,
  False: false,
}

export interface SplitArguments {
  readonly argv: readonly string[]
  /** The boolean flags with an explicit value, by name. */
  readonly values: Readonly<Record<string, boolean>>
}

/** @throws UsageError for an invalid boolean */
export function splitBooleanValues(argv: readonly string[], booleans: ReadonlySet<string>): SplitArguments {
  const values: Record<string, boolean> = {}
  const end = argv.indexOf('--')
  const rest = argv.filter((argument, index) => {
    const match = /^--([\w-]+)=(.*)$/s.exec(argument)
    const [, name = '', text = ''] = match ?? []
    if (match === null || !booleans.has(name) || (end !== -1 && index > end)) return true
    const value = words[text]
    if (value === undefined) {
      throw new UsageError(
        `invalid argument ${JSON.stringify(text)} for "--${name}": true or false is expected`,
      )
    }
    values[name] = value
    return false
  })
  return { argv: rest, values }
}

/** @example splitList('a:1,"b:2,3"') // ['a:1', 'b:2,3'] */
export function splitList(text: string): string[] {
  const parts = text.match(/"(?:[^"]|"")*"|[^,]+/g) ?? []
  return parts.map(part => (/^".*"$/s.test(part) ? part.slice(1, -1).replaceAll('""', '"') : part))
}
