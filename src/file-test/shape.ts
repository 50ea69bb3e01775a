/**
 * A small language for what a file may contain: checked with a place for every problem, and written out as a
 * JSON Schema.
 */
import { isRecord } from '../entities/language/values.ts'
import { didYouMean } from '../entities/text/did-you-mean.ts'

interface Described {
  readonly description?: string
}

export type Shape = Described &
  (
    | { readonly type: 'text'; readonly pattern?: RegExp; readonly what?: string }
    | {
        readonly type: 'number'
        readonly from?: number
        readonly to?: number
        readonly whole?: boolean
      }
    | { readonly type: 'flag' }
    | { readonly type: 'null' }
    | { readonly type: 'any' }
    | { readonly type: 'list'; readonly of: Shape; readonly notEmpty?: boolean }
    | { readonly type: 'map'; readonly of: Shape }
    | {
        readonly type: 'record'
        readonly fields: Readonly<Record<string, Shape>>
        readonly required?: readonly string[]
        /** Exactly one of these fields is required. */
        readonly oneOf?: readonly string[]
      }
    | { readonly type: 'either'; readonly of: readonly Shape[] }
  )

export type Path = readonly (string | number)[]

export interface Problem {
  readonly path: Path
  /** Whether it is about the name of the field, not about its value. */
  readonly isKey?: boolean
  readonly message: string
  readonly hint?: string | undefined
}

/** All problems of a value, in the order of the file. */
export function checkShape(shape: Shape, value: unknown, path: Path = []): Problem[] {
  switch (shape.type) {
    case 'list':
      if (!Array.isArray(value)) return [mismatch(shape, value, path)]
      if (value.length === 0 && shape.notEmpty === true) return [{ path, message: 'the list is empty' }]
      return value.flatMap((one, index) => checkShape(shape.of, one, [...path, index]))
    case 'map':
      if (!isRecord(value)) return [mismatch(shape, value, path)]
      return Object.entries(value).flatMap(([key, one]) => checkShape(shape.of, one, [...path, key]))
    case 'record':
      return isRecord(value) ? recordProblems(shape, value, path) : [mismatch(shape, value, path)]
    case 'either':
      return eitherProblems(shape.of, shape, value, path)
    default:
      return isFine(shape, value) ? [] : [mismatch(shape, value, path)]
  }
}

function recordProblems(
  { fields, required = [], oneOf = [] }: Extract<Shape, { type: 'record' }>,
  value: Readonly<Record<string, unknown>>,
  path: Path,
): Problem[] {
  const names = Object.keys(fields)
  const problems = Object.entries(value).flatMap(([name, one]): Problem[] => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (field !== undefined) return checkShape(field, one, [...path, name])
    const hint = didYouMean(name, names) ?? `known fields: ${names.join(', ')}`
    return [{ path: [...path, name], isKey: true, message: `unknown field "${name}"`, hint }]
  })
  const missing = required.filter(name => !Object.hasOwn(value, name))
  const chosen = oneOf.filter(name => Object.hasOwn(value, name))
  return [
    ...problems,
    ...missing.map(name => ({ path, message: `"${name}" is missing` })),
    ...(oneOf.length > 0 && chosen.length !== 1
      ? [{ path, message: `exactly one of ${oneOf.join(', ')} is expected` }]
      : []),
  ]
}

/**
 * The problems of the alternative that has the value's own type, so that a mistake deep in a record is found
 * there.
 */
function eitherProblems(alternatives: readonly Shape[], whole: Shape, value: unknown, path: Path): Problem[] {
  const found = alternatives.map(one => checkShape(one, value, path))
  if (found.some(problems => problems.length === 0)) return []
  const deeper = found.find(problems => problems.some(one => one.path.length > path.length || one.isKey))
  return deeper ?? [mismatch(whole, value, path)]
}

function isFine(shape: Shape, value: unknown): boolean {
  if (shape.type === 'any') return true
  if (shape.type === 'null') return value === null
  if (shape.type === 'flag') return typeof value === 'boolean'
  if (shape.type === 'text')
    return typeof value === 'string' && (shape.pattern === undefined || shape.pattern.test(value))
  if (shape.type !== 'number' || typeof value !== 'number') return false
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, whole } = shape
  return value >= from && value <= to && (whole !== true || Number.isInteger(value))
}

const mismatch = (shape: Shape, value: unknown, path: Path): Problem => ({
  path,
  message: `expected ${nameOf(shape)}, found ${shownType(value)}`,
})

function shownType(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value)
}

function nameOf(shape: Shape): string {
  switch (shape.type) {
    case 'text':
      return shape.what ?? 'a text'
    case 'number':
      return numberName(shape)
    case 'flag':
      return 'true or false'
    case 'null':
      return 'null'
    case 'any':
      return 'a value'
    case 'list':
      return 'a list'
    case 'map':
    case 'record':
      return 'a mapping'
    case 'either':
      return shape.of.map(nameOf).join(' or ')
  }
}

function numberName({ from, to, whole }: Extract<Shape, { type: 'number' }>): string {
  const kind = whole === true ? 'a whole number' : 'a number'
  if (from === undefined) return kind
  return to === undefined ? `${kind} from ${from} on` : `${kind} from ${from} to ${to}`
}

/** JSON Schema, draft 2020-12. */
export function toJsonSchema(shape: Shape): Record<string, unknown> {
  return { ...(shape.description !== undefined && { description: shape.description }), ...schemaOf(shape) }
}

function schemaOf(shape: Shape): Record<string, unknown> {
  switch (shape.type) {
    case 'text':
      return { type: 'string', ...(shape.pattern && { pattern: shape.pattern.source }) }
    case 'number':
      return {
        type: shape.whole === true ? 'integer' : 'number',
        ...(shape.from !== undefined && { minimum: shape.from }),
        ...(shape.to !== undefined && { maximum: shape.to }),
      }
    case 'flag':
      return { type: 'boolean' }
    case 'null':
      return { type: 'null' }
    case 'any':
      return {}
    case 'list':
      return { type: 'array', items: toJsonSchema(shape.of), ...(shape.notEmpty && { minItems: 1 }) }
    case 'map':
      return { type: 'object', additionalProperties: toJsonSchema(shape.of) }
    case 'record':
      return recordSchema(shape)
    case 'either':
      return { anyOf: shape.of.map(toJsonSchema) }
  }
}

function recordSchema({ fields, required = [], oneOf = [] }: Extract<Shape, { type: 'record' }>) {
  const properties = Object.entries(fields).map(([name, one]) => [name, toJsonSchema(one)])
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    ...(oneOf.length > 0 && { oneOf: oneOf.map(name => ({ required: [name] })) }),
    additionalProperties: false,
  }
}
