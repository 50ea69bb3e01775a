/** Which keys an entity holds that no other of its kind may hold at the same time. */
import type { Definition, Field } from '../entities/language/define.ts'
import { isAbsent, isRecord } from '../entities/language/values.ts'

type Values = Readonly<Record<string, unknown>>

export interface UniqueKey {
  /** Equal for two entities exactly where they would clash. */
  readonly text: string
  readonly fields: readonly string[]
}

export function uniqueKeys(definition: Definition, entity: Values): UniqueKey[] {
  const single = Object.entries(definition.fields).flatMap(([name, field]) =>
    field.unique === true && !isAbsent(entity[name]) ? [key(definition, [name], entity)] : [],
  )
  // In a key of several fields, absent values count: one global plugin of a name, for instance.
  const together = (definition.uniqueTogether ?? []).map(({ fields }) => key(definition, fields, entity))
  return [...single, ...together]
}

function key({ kind }: Definition, fields: readonly string[], entity: Values): UniqueKey {
  const values = fields.map(name => plain(entity[name]))
  return { text: `${kind} ${fields.join('+')} ${JSON.stringify(values)}`, fields }
}

const plain = (value: unknown): unknown => (isRecord(value) ? (value['id'] ?? null) : (value ?? null))

/**
 * The field in which the holder of a key can get a temporary value; never a secret, because the temporary
 * value could be guessed.
 */
export function renamableField({ fields }: UniqueKey, definition: Definition): string | undefined {
  const [name, ...others] = fields
  if (name === undefined || others.length > 0) return undefined
  const field: Field | undefined = definition.fields[name]
  const open = field?.type === 'string' && field.secret !== true && field.encrypted !== true
  return open ? name : undefined
}

/** A value that no other entity has: it is valid as a name, as a host name and as a text. */
export const temporaryName = (id: string): string => `deck-temporary-${id}`
