/** The content of an AI Gateway document, as data: the values that decK 1.65 reads, with their types. */
import { isRecord, type Values } from '../../entities/language/values.ts'
import { goTime } from './go-time.ts'

export type Shape =
  | 'text'
  | 'boolean'
  | 'integer'
  | 'mapping'
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly record: Readonly<Record<string, Shape>> }

/** The values that a shape reads. What is absent, null or an empty text is undefined. */
export type Decoded<S> = S extends 'text'
  ? string
  : S extends 'boolean'
    ? boolean
    : S extends 'integer'
      ? number
      : S extends 'mapping'
        ? Values
        : S extends { readonly list: infer Item }
          ? readonly Decoded<Item>[]
          : S extends { readonly map: infer Value }
            ? Readonly<Record<string, Decoded<Value>>>
            : S extends { readonly record: infer Fields }
              ? { readonly [Name in keyof Fields]?: Decoded<Fields[Name]> | undefined }
              : never

export type Path = readonly (string | number)[]

/** A value of another type than its shape has. */
export interface Mismatch {
  readonly path: Path
  readonly expected: string
}

/** How a value is written, and what is wrong with those that were read. */
export interface Reading {
  /** What is wrong is added here. */
  readonly mismatches: Mismatch[]
  /** The text of a plain scalar. */
  readonly plainTextAt?: ((path: Path) => string | undefined) | undefined
  /** Plain texts that became times are added here. */
  readonly times?: TextAsTime[]
}

export interface TextAsTime {
  readonly path: Path
  readonly text: string
  readonly time: string
}

/** Fields that no shape knows are passed over. */
export function decode<const S extends Shape>(
  value: unknown,
  shape: S,
  reading: Reading,
  path: Path = [],
): Decoded<S> | undefined {
  return decodeAny(value, shape, reading, path) as Decoded<S> | undefined
}

function decodeAny(value: unknown, shape: Shape, reading: Reading, path: Path): unknown {
  if (value === undefined || value === null) return undefined
  if (typeof shape === 'string') return decodeLeaf(value, shape, reading, path)
  if ('list' in shape) {
    if (!Array.isArray(value)) return mismatch('a list', reading, path)
    return value.flatMap((item: unknown, index) => {
      const isNothing = item === null && !isNullable(shape.list)
      return isNothing ? [] : [decodeAny(item, shape.list, reading, [...path, index]) ?? empty(shape.list)]
    })
  }
  if (!isRecord(value)) return mismatch('a mapping', reading, path)
  const fields =
    'map' in shape ? Object.keys(value).map(name => [name, shape.map] as const) : Object.entries(shape.record)
  return Object.fromEntries(
    fields.map(([name, inner]) => {
      const read = decodeAny(value[name], inner, reading, [...path, name])
      return [name, 'map' in shape ? (read ?? empty(inner)) : read === '' ? undefined : read]
    }),
  )
}

/** In a list, a null of another type is passed over. */
const isNullable = (shape: Shape): boolean =>
  shape === 'mapping' || (typeof shape !== 'string' && !('record' in shape))

/** The replacement of null in a list or a map. */
function empty(shape: Shape): unknown {
  if (typeof shape !== 'string') return 'list' in shape ? [] : {}
  return { text: '', boolean: false, integer: 0, mapping: {} }[shape]
}

const expected = { text: 'a text', boolean: 'true or false', integer: 'an integer', mapping: 'a mapping' }

function decodeLeaf(value: unknown, shape: keyof typeof expected, reading: Reading, path: Path): unknown {
  if (shape === 'text' && typeof value === 'string') return value
  if (shape === 'text' && typeof value !== 'object') return reading.plainTextAt?.(path) ?? String(value)
  if (shape === 'boolean' && typeof value === 'boolean') return value
  if (shape === 'boolean' && (isYes(value) || isNo(value))) return isYes(value)
  if (shape === 'integer' && typeof value === 'number' && Math.abs(value) < 2 ** 63) return Math.trunc(value)
  if (shape === 'mapping' && isRecord(value)) return withTimes(value, reading, path)
  return mismatch(expected[shape], reading, path)
}

/** Words for true and false that Go's reader takes for a boolean field, with quotes or without. */
const isYes = (value: unknown): boolean => typeof value === 'string' && /^(?:y|Y|yes|on)$/.test(value)
const isNo = (value: unknown): boolean => typeof value === 'string' && /^(?:n|N|no|off)$/.test(value)

/** A plain text that is a date becomes the text of a time, as in decK: `2023-06-01T00:00:00Z`. */
function withTimes(value: unknown, reading: Reading, path: Path): unknown {
  if (Array.isArray(value)) return value.map((item, index) => withTimes(item, reading, [...path, index]))
  if (isRecord(value)) {
    const fields = Object.entries(value)
    return Object.fromEntries(fields.map(([name, one]) => [name, withTimes(one, reading, [...path, name])]))
  }
  const time = typeof value === 'string' ? goTime(value) : undefined
  if (time === undefined || typeof value !== 'string' || reading.plainTextAt?.(path) !== value) return value
  reading.times?.push({ path, text: value, time })
  return time
}

function mismatch(what: string, { mismatches }: Reading, path: Path): undefined {
  mismatches.push({ path, expected: what })
}
