/** The content of an AI Gateway document, as data: the values that decK 1.65 reads, with their types. */
import { isRecord, type Values } from '../../entities/language/values.ts'

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

type Path = readonly (string | number)[]

/** A value of another type than its shape has. */
export interface Mismatch {
  readonly path: Path
  readonly expected: string
}

/** @param mismatches what is wrong is added here; fields that no shape knows are passed over */
export function decode<const S extends Shape>(
  value: unknown,
  shape: S,
  mismatches: Mismatch[],
  path: Path = [],
): Decoded<S> | undefined {
  return decodeAny(value, shape, mismatches, path) as Decoded<S> | undefined
}

function decodeAny(value: unknown, shape: Shape, mismatches: Mismatch[], path: Path): unknown {
  if (value === undefined || value === null) return undefined
  if (typeof shape === 'string') return decodeLeaf(value, shape, mismatches, path)
  if ('list' in shape) {
    if (!Array.isArray(value)) return mismatch('a list', mismatches, path)
    return value.flatMap((item: unknown, index) => {
      const isNothing = item === null && !isNullable(shape.list)
      return isNothing ? [] : [decodeAny(item, shape.list, mismatches, [...path, index]) ?? empty(shape.list)]
    })
  }
  if (!isRecord(value)) return mismatch('a mapping', mismatches, path)
  const fields =
    'map' in shape ? Object.keys(value).map(name => [name, shape.map] as const) : Object.entries(shape.record)
  return Object.fromEntries(
    fields.map(([name, inner]) => {
      const read = decodeAny(value[name], inner, mismatches, [...path, name])
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

function decodeLeaf(
  value: unknown,
  shape: keyof typeof expected,
  mismatches: Mismatch[],
  path: Path,
): unknown {
  if (shape === 'text' && typeof value !== 'object') return String(value)
  if (shape === 'boolean' && typeof value === 'boolean') return value
  if (shape === 'integer' && typeof value === 'number') return Math.trunc(value)
  if (shape === 'mapping' && isRecord(value)) return value
  return mismatch(expected[shape], mismatches, path)
}

function mismatch(what: string, mismatches: Mismatch[], path: Path): undefined {
  mismatches.push({ path, expected: what })
}
