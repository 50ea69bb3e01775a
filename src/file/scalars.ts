/**
 * Plain scalars that YAML 1.1, which decK and Kong read, and YAML 1.2, which is read here, take for different things. Quoted ones are
 * the same in both.
 */
import type { Field } from '../entities/define.ts'
import { everyKind } from '../entities/enterprise.ts'
import { editDistance } from './near.ts'

const booleans = /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/
const octal = /^[-+]?0[0-7]+$/
const newOctal = /^0o[0-7]+$/
const binary = /^[-+]?0b[01_]+$/
const grouped = /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|0x[\da-fA-F_]+)$/
const sexagesimal = /^[-+]?[1-9][\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/

/** What YAML 1.1 makes of a plain scalar, in words, where that is not what 1.2 makes of it. */
export function otherReading(source: string): string | undefined {
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

function* fieldsBelow(fields: Readonly<Record<string, Field>>): Generator<[string, Field]> {
  for (const [name, field] of Object.entries(fields)) {
    yield [name, field]
    if (field.fields !== undefined) yield* fieldsBelow(field.fields)
  }
}

/**
 * Names under which every kind keeps a boolean: there `yes` can mean nothing else, so files written for YAML 1.1 keep working.
 *
 * @example booleanFields().has('strip_path') // true
 */
export function booleanFields(): ReadonlySet<string> {
  const all = everyKind.flatMap(definition => [...fieldsBelow(definition.fields)])
  const others = new Set(all.filter(([, field]) => field.type !== 'boolean').map(([name]) => name))
  return new Set(all.map(([name]) => name).filter(name => !others.has(name)))
}

/** Names of values that are never shown: those the registry marks, what plugins usually call theirs, and both mistyped (`pasword`). */
export function isSecretName(name: string, marked: ReadonlySet<string>): boolean {
  return marked.has(name) || /passw|secret|token|credential|private/i.test(name) || isNearly(name)
}

const secretWords = ['password', 'secret', 'token', 'credential', 'private']

const isNearly = (name: string): boolean =>
  name
    .toLowerCase()
    .split(/[_-]/)
    .some(part => secretWords.some(word => isMistyped(part, word)))

function isMistyped(part: string, word: string): boolean {
  const most = word.length > 5 ? 2 : 1
  return Math.abs(part.length - word.length) <= most && editDistance(part, word) <= most
}

export function secretFields(): ReadonlySet<string> {
  const all = everyKind.flatMap(definition => [...fieldsBelow(definition.fields)])
  const secret = all.filter(([, field]) => field.secret === true || field.encrypted === true)
  return new Set(secret.map(([name]) => name))
}
