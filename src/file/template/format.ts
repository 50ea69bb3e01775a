/**
 * `printf`: Go's verbs as far as they make sense of texts, numbers and booleans (source: Go's documentation
 * of fmt).
 */
import { kindOf, printed, syntax, type Value } from './value.ts'

const verbs = /%(?<flags>[-+# 0]*)(?<width>\d*)(?:\.(?<precision>\d*))?(?<verb>.?)/gsu

interface Verb {
  readonly flags: string
  readonly width: string
  readonly precision?: string
  readonly verb: string
}

/**
 * @throws TemplateProblem if a verb is unknown, or its value is missing or of another kind: Go would print
 * `%!d(string=…)` into the file
 */
export function formatted(format: string, values: readonly Value[]): string {
  const waiting = [...values]
  const text = format.replace(verbs, (...match) => {
    const found = match.at(-1) as Verb
    if (found.verb === '%') return '%'
    const value = waiting.shift()
    if (value === undefined) throw syntax(`printf has no value for %${found.verb}`)
    return padded(worded(value, found), found)
  })
  if (waiting.length > 0) throw syntax(`printf has ${waiting.length} more value(s) than its format takes`)
  return text
}

/** Go's own limit for what `%5d` and `%.3f` may say. */
const widest = 1_000_000

/** JavaScript's own for digits behind the point; Go prints zeros from there on. */
const mostPlaces = 100

function limited(digits: string): number {
  if (Number(digits) > widest) throw syntax(`printf pads to ${widest} characters at the most`)
  return Number(digits)
}

function padded(text: string, { flags, width }: Verb): string {
  const wide = limited(width)
  if (flags.includes('-')) return text.padEnd(wide)
  if (!flags.includes('0')) return text.padStart(wide)
  const sign = /^[-+]/.exec(text)?.[0] ?? ''
  return sign + text.slice(sign.length).padStart(wide - sign.length, '0')
}

function worded(value: Value, found: Verb): string {
  const { verb, flags, precision } = found
  const { is } = value
  const signed = (text: string): string => (flags.includes('+') && !text.startsWith('-') ? `+${text}` : text)
  const isText = typeof is === 'string'
  const places = precision === undefined ? 6 : limited(precision)
  if (verb === 'v') return isText ? is : printed(value)
  if (verb === 's' && isText) return precision === undefined ? is : [...is].slice(0, places).join('')
  if (verb === 'q' && isText) return JSON.stringify(is)
  if (verb === 't' && typeof is === 'boolean') return String(is)
  if (verb === 'd' && typeof is === 'bigint') return signed(String(is))
  if (verb === 'f' && typeof is === 'number') return signed(decimal(is, places))
  if (verb === 'g' && typeof is === 'number') return signed(printed(value))
  if (verb === 'x' || verb === 'X') return hexadecimal(value, verb)
  throw syntax(`printf: %${verb} is not for ${kindOf(value)}`)
}

const decimal = (number: number, places: number): string =>
  number.toFixed(Math.min(places, mostPlaces)) + '0'.repeat(Math.max(0, places - mostPlaces))

function hexadecimal({ is, ...rest }: Value, verb: string): string {
  if (typeof is !== 'string' && typeof is !== 'bigint')
    throw syntax(`printf: %${verb} is not for ${kindOf({ is, ...rest })}`)
  const text = typeof is === 'string' ? Buffer.from(is).toString('hex') : is.toString(16)
  return verb === 'X' ? text.toUpperCase() : text
}
