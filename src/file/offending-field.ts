/**
 * Finds the value in an entity that Kong's sentence is about. Kong uses the new name of a field although
 * the file has an old one, names a missing field, or names no field: `only one or none of these fields must
 * be set: 'pem', 'jwk'`.
 */
import type { Field, Fields } from '../entities/language/define.ts'
import { replacementsOf } from '../entities/language/shorthands.ts'
import { isAbsent, isRecord, type Values } from '../entities/language/values.ts'
import type { Path } from '../state/state.ts'
import { valueAt } from './document.ts'

/** An entity as far as its places are concerned. */
export interface Written {
  /** The file's values, completed by its settings. */
  readonly values: Values
  readonly fields: Fields
  /** Whether the sentence, about the record as a whole, is also said of other values. Absent: unknown. */
  readonly isSaid?: (sentence: string, values: Values) => boolean
}

/** The path that a sentence is about, as the file writes it. */
export function offendingPath(path: Path, sentence: string, isWhole: boolean, written: Written): Path {
  if (isWhole) return aboutWhole(path, sentence, written)
  return isWritten(path, written) ? path : (oldName(path, written) ?? path)
}

/** The longest part of a path that is in the file. */
export function nearestWritten(path: Path, written: Written): Path {
  return path.length === 0 || isWritten(path, written) ? path : nearestWritten(path.slice(0, -1), written)
}

const isWritten = (path: Path, { values }: Written): boolean => valueAt(values, path) !== undefined

function aboutWhole(path: Path, sentence: string, written: Written): Path {
  const named = namedFields(sentence, path, written)
  const quoted = lastWritten(named.quoted, written) ?? named.quoted[0]
  if (quoted !== undefined) return nearestWritten(quoted, written)
  return blamedByTrial(path, sentence, named.plain, written) ?? lastWritten(named.plain, written) ?? path
}

/** Null is written too, but says less than a value. */
const lastWritten = (paths: readonly Path[], written: Written): Path | undefined =>
  paths.findLast(path => !isAbsent(valueAt(written.values, path))) ??
  paths.findLast(path => isWritten(path, written))

interface NamedFields {
  readonly quoted: readonly Path[]
  readonly plain: readonly Path[]
}

/**
 * The fields that a sentence names: in quotes, else as words. What a rule depends on (`when 'protocols' is
 * 'tcp'`) comes first, as the least likely.
 */
function namedFields(sentence: string, record: Path, written: Written): NamedFields {
  const [rule = '', ...conditions] = sentence.split(/ when | given value of /)
  const inOrder = `${conditions.join(' ')} ${rule}`
  const quoted = [...inOrder.matchAll(/'([^']+)'/g)].map(([, name = '']) => name)
  const words =
    inOrder
      .replaceAll(/'[^']*'/g, '')
      .toLowerCase()
      .match(/[a-z_][\w.]*/g) ?? []
  const asPaths = (names: readonly string[]) => names.flatMap(name => fieldNamed(name, record, written))
  return { quoted: asPaths(quoted), plain: asPaths(words) }
}

/** @example 'config.redis.host' of a plugin; `redis_host` means the same in its configuration */
function fieldNamed(name: string, record: Path, { fields, values }: Written): Path[] {
  const steps = name.replace(/\.+$/, '').split('.')
  const abstract = Object.keys(fields).filter(key => fields[key]?.abstract === true || key === 'config')
  const starts: Path[] = [record, ...(record.length === 0 ? abstract.map(key => [key]) : []), []]
  const candidates = starts.flatMap(start => [
    [...start, ...steps],
    [...start, ...steps.slice(0, 1)],
  ])
  const root: Field = { type: 'record', fields }
  const found = candidates.find(
    path => fieldAt(root, path) !== undefined || valueAt(values, path) !== undefined,
  )
  return found === undefined ? [] : [found]
}

/** The field at a path within a record. */
export function fieldAt(field: Field | undefined, [step, ...rest]: Path): Field | undefined {
  if (field === undefined || step === undefined) return field
  if (typeof step === 'number') return fieldAt(field.elements, rest)
  const own = field.fields && Object.hasOwn(field.fields, step) ? field.fields[step] : undefined
  return fieldAt(own ?? field.values, rest)
}

/**
 * The value without which the sentence would not be said; of several, one that it mentions, else the last.
 */
function blamedByTrial(
  path: Path,
  sentence: string,
  mentioned: readonly Path[],
  written: Written,
): Path | undefined {
  const { values, isSaid } = written
  if (isSaid === undefined || !isSaid(sentence, values)) return undefined
  const guilty = childrenOf(valueAt(values, path))
    .map(step => [...path, step])
    .filter(child => !isSaid(sentence, without(values, child) as Values))
  const isMentioned = (child: Path): boolean => mentioned.some(one => one.join('.') === child.join('.'))
  const chosen = guilty.findLast(isMentioned) ?? guilty.at(-1)
  if (chosen === undefined) return undefined
  return blamedByTrial(chosen, sentence, mentioned, written) ?? chosen
}

const childrenOf = (value: unknown): Path => {
  if (Array.isArray(value)) return value.map((_item, index) => index)
  return isRecord(value) ? Object.keys(value) : []
}

function without(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return value
  if (Array.isArray(value))
    return value.flatMap((item, index) =>
      index !== step ? [item] : rest.length > 0 ? [without(item, rest)] : [],
    )
  if (!isRecord(value)) return value
  const { [String(step)]: inner, ...others } = value
  return rest.length === 0 ? others : { ...others, [step]: without(inner, rest) }
}

/**
 * Where the file writes a field by its old name: Kong complains of the new one, or of the old one without the
 * record that it is in.
 */
function oldName(path: Path, { values, fields }: Written): Path | undefined {
  const records = recordsIn(values, { type: 'record', fields }, [])
  for (const { at, record, field } of records) {
    for (const [name, shorthand] of Object.entries(field.shorthand_fields ?? {})) {
      if (record[name] === undefined) continue
      const meant = [[name], ...replacementsOf(shorthand).map(steps => [...at, ...steps])]
      if (meant.some(one => one.join('.') === path.join('.'))) return [...at, name]
    }
  }
  return undefined
}

interface FoundRecord {
  readonly at: Path
  readonly record: Values
  readonly field: Field
}

function recordsIn(value: unknown, field: Field | undefined, at: Path): FoundRecord[] {
  if (field === undefined) return []
  if (Array.isArray(value))
    return value.flatMap((item, index) => recordsIn(item, field.elements, [...at, index]))
  if (!isRecord(value)) return []
  const inner = Object.entries(value).flatMap(([name, item]) =>
    recordsIn(item, fieldAt(field, [name]), [...at, name]),
  )
  return [{ at, record: value, field }, ...inner]
}
