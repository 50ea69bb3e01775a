/** Deprecated fields of an entity, and what replaces them. */
import type { Field, Fields, Shorthand, Version } from './define.ts'
import { replacementsOf, valueAt } from './shorthands.ts'
import { isAbsent, isRecord, type Values } from './values.ts'

export interface Deprecation {
  /** Within the entity. */
  readonly path: readonly (string | number)[]
  /** @example config.retry_count no longer works */
  readonly message: string
  /** @example config.queue.max_retry_time; undefined: Kong ignores the field */
  readonly replacement: string | undefined
}

/**
 * The deprecated fields that have an effect. Not the ones with the value that they had by default (Kong 3.9
 * does not report them either), nor the ones whose new field has the same value: a dump has both.
 *
 * @param record its fields and short forms are those of one version
 */
export function deprecationsIn(
  values: Values,
  record: Pick<Field, 'fields' | 'shorthand_fields'>,
  version: Version,
): Deprecation[] {
  return inRecord(values, record, { entity: values, path: [], version })
}

interface Place {
  readonly version: Version
  readonly entity: Values
  readonly path: Deprecation['path']
}

function inRecord(
  values: Values,
  { fields = {}, shorthand_fields = {} }: Pick<Field, 'fields' | 'shorthand_fields'>,
  place: Place,
): Deprecation[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (isAbsent(value)) return []
    const at = { ...place, path: [...place.path, name] }
    const shorthand = ownEntry(shorthand_fields, name)
    if (shorthand !== undefined && isOldName(shorthand)) return ofOldName(value, shorthand, values, at)
    const field = ownEntry(fields, name)
    return field === undefined ? [] : [...ofField(value, field, at), ...inside(value, field, at)]
  })
}

function inside(value: unknown, field: Field, place: Place): Deprecation[] {
  if (isRecord(value) && field.type === 'record') return inRecord(value, field, place)
  const { elements } = field
  if (!Array.isArray(value) || elements?.type !== 'record') return []
  return value.flatMap((item: unknown, index) =>
    inside(item, elements, { ...place, path: [...place.path, index] }),
  )
}

/** Not `url` of services, nor the two fields of upstreams that decide about others. */
const isOldName = ({ expand, implies, gives, deprecation }: Shorthand): boolean =>
  expand === undefined && implies === undefined && (gives !== undefined || deprecation !== undefined)

function ofOldName(value: unknown, shorthand: Shorthand, siblings: Values, { path }: Place): Deprecation[] {
  const above = path.slice(0, -1)
  const given: readonly (readonly [readonly string[], unknown])[] =
    shorthand.gives === undefined
      ? replacementsOf(shorthand).map(to => [to, value])
      : Object.entries(shorthand.gives(value)).map(([name, inner]) => [[name], inner])
  if (given.length > 0 && given.every(([to, inner]) => isSame(valueAt(siblings, to), inner))) return []
  const names = given.map(([to]) => [...above, ...to].join('.'))
  const { message, replacement } = kongsWords(shorthand)
  return [
    { path, message: message ?? `${path.join('.')} is deprecated`, replacement: list(names) ?? replacement },
  ]
}

/** A field that no short form replaces: only Kong's message names the new one. */
function ofField(value: unknown, field: Field, { entity, path, version }: Place): Deprecation[] {
  // The fields of 2.8 are defined by those of 3.x, which replaced them.
  if (version.major < 3) return []
  const { message, replacement, oldDefault } = kongsWords(field)
  if (message === undefined || isSame(value, oldDefault) || isSame(value, field.default)) return []
  if (replacement !== undefined && isSame(valueAt(entity, replacement.split('.')), value)) return []
  return [{ path, message, replacement }]
}

interface KongsWords {
  readonly message?: string
  readonly replacement?: string | undefined
  readonly oldDefault?: unknown
}

/** @example `http-log: config.queue_size is deprecated, please use config.queue.max_batch_size instead` */
function kongsWords({ deprecation }: Field): KongsWords {
  if (!isRecord(deprecation) || typeof deprecation['message'] !== 'string') return {}
  const { message, old_default: oldDefault } = deprecation as { message: string; old_default?: unknown }
  const [, said = message, replacement] =
    /^(?:[\w -]+: )?(.*?)(?:[,;.] please use (.*?)(?: instead)?\.?)?$/s.exec(message) ?? []
  return { message: said, replacement, oldDefault }
}

/** The new name of a field that versions before 3.0 alone have. @example `config.whitelist`: `config.allow` */
export function newNameOf(path: Deprecation['path'], older: Fields): string | undefined {
  const [first, ...rest] = path
  const last = rest.pop()
  if (last === undefined) return undefined
  const record = [first, ...rest].reduce<Field | undefined>(
    (field, step) => ownEntry(field?.fields ?? {}, String(step)),
    { type: 'record', fields: older },
  )
  const shorthand = ownEntry(record?.shorthand_fields ?? {}, String(last))
  const [name] = Object.keys(shorthand?.gives?.([]) ?? {})
  const renamed = name ?? ownEntry(record?.fields ?? {}, String(last))?.renamed_to
  return renamed === undefined ? undefined : [first, ...rest, renamed].join('.')
}

function ownEntry<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

const isSame = (one: unknown, other: unknown): boolean =>
  one !== undefined && JSON.stringify(one) === JSON.stringify(other)

const list = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : names.join(', ').replace(/, ([^,]*)$/, ' and $1')
