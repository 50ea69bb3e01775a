/**
 * The type of a plain text. YAML 1.2 applies here; decK and Kong read 1.1, so a difference is worth a
 * warning. Quoted texts are the same in both.
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

/** Texts that may have another type: the beginnings of numbers, and the words for null, true and false. */
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

/** Texts that YAML 1.1 may read differently: the beginnings of numbers, and its words for booleans. */
const mayDiffer = /^(?:[-+\d]|(?:y|yes|n|no|on|off)$)/i

/** The value of a plain scalar in YAML 1.1, in words, if it differs from 1.2. */
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
 * Names of fields that are booleans in every kind: there `yes` can only be a boolean, so files for YAML 1.1
 * keep working.
 *
 * @example booleanFields().has('strip_path') // true
 */
export function booleanFields(): ReadonlySet<string> {
  const all = everyField()
  const others = new Set(all.filter(([, field]) => field.type !== 'boolean').map(([name]) => name))
  return new Set(all.map(([name]) => name).filter(name => !others.has(name)))
}
