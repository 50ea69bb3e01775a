/**
 * What a text outside of quotes means. YAML 1.2 is what counts here; decK and Kong read 1.1, so what that
 * makes something else of is worth a warning. Quoted texts are the same in both.
 */
import { everyField } from '../../entities/language/every-field.ts'

const types: readonly (readonly [RegExp, (text: string) => unknown])[] = [
  [/^(?:~|[Nn]ull|NULL)?$/, () => null],
  [/^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/, text => /^t/i.test(text)],
  [/^[-+]?\d+$/, Number],
  [/^0o[0-7]+$/, Number],
  [/^0x[\da-fA-F]+$/, Number],
  [/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/, Number],
  [
    /^[-+]?\.(?:inf|Inf|INF)$/,
    text => (text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY),
  ],
  [/^\.(?:nan|NaN|NAN)$/, () => Number.NaN],
]

/** What may be no text: all that begins like a number, and the words for nothing, true and false. */
const notText = /^(?:[-+.~\d]|(?:null|true|false)?$)/i

/** By the core schema of YAML 1.2. */
export function plainValue(text: string): unknown {
  if (!notText.test(text)) return text
  const [, read] = types.find(([pattern]) => pattern.test(text)) ?? []
  return read === undefined ? text : read(text)
}

const booleans = /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/
const octal = /^[-+]?0[0-7]+$/
const newOctal = /^0o[0-7]+$/
const binary = /^[-+]?0b[01_]+$/
const grouped = /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|0x[\da-fA-F_]+)$/
const sexagesimal = /^[-+]?[1-9][\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/

/** What YAML 1.1 may read otherwise: all that begins like a number, and the words for its booleans. */
const mayDiffer = /^(?:[-+\d]|(?:y|yes|n|no|on|off)$)/i

/** What YAML 1.1 makes of a plain scalar, in words, where that is not what 1.2 makes of it. */
export function otherReading(source: string): string | undefined {
  if (!mayDiffer.test(source)) return undefined
  if (booleans.test(source)) return `the boolean ${/^(?:y|on)/i.test(source)}`
  if (octal.test(source)) return `the octal number ${Number.parseInt(source, 8)}`
  if (newOctal.test(source)) return `the text "${source}"`
  if (binary.test(source)) return 'a binary number'
  if (source.includes('_') && grouped.test(source)) return `the number ${source.replaceAll('_', '')}`
  return sexagesimal.test(source) ? 'a number to the base of 60' : undefined
}

/** The YAML 1.1 words for true and false. */
export function oldBoolean(source: string): boolean | undefined {
  return booleans.test(source) ? /^(?:y|on)/i.test(source) : undefined
}

/**
 * Names under which every kind keeps a boolean: there `yes` can mean nothing else, so files written for YAML
 * 1.1 keep working.
 *
 * @example booleanFields().has('strip_path') // true
 */
export function booleanFields(): ReadonlySet<string> {
  const all = everyField()
  const others = new Set(all.filter(([, field]) => field.type !== 'boolean').map(([name]) => name))
  return new Set(all.map(([name]) => name).filter(name => !others.has(name)))
}
