/**
 * Values that a write derives, by its kind's `transformations` (such as hashes of passwords). The gateway
 * stores derived values. The command line, which has only the input, checks whether a stored value was
 * derived from it.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Definition } from './define.ts'
import { at, isEmpty } from './entity-checks.ts'
import { sentences } from './messages.ts'
import { isAbsent } from './values.ts'

type Values = Readonly<Record<string, unknown>>

export interface Transformation {
  /** It happens when a write gives this field a value. */
  readonly input: string
  /** It is made of this as well (`consumer.id`): a write that changes one of the two must say both. */
  readonly needs?: string
  /** @param entity complete and checked; @returns the fields that are stored instead of the entity's own */
  readonly on_write: (entity: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
  /**
   * Whether a stored value was derived from an input, for transformations that give another value each time
   * (a random salt).
   */
  readonly isMadeOf?: (
    stored: Readonly<Record<string, unknown>>,
    given: Readonly<Record<string, unknown>>,
  ) => boolean
}

/** @param given the values of the write; others have been transformed before */
export function transformed(definition: Definition, entity: Values, given: Values): Values {
  let result = entity
  for (const { input, on_write } of definition.transformations ?? []) {
    if (!isAbsent(given[input]) && given[input] !== '') result = { ...result, ...on_write(result) }
  }
  return result
}

/**
 * Kong's rule for values that are derived from two fields.
 *
 * @param before the stored entity, for a change (PATCH)
 */
export function incompletePairs(
  definition: Definition,
  entity: Values,
  given: Values,
  before?: Values,
): string[] {
  return (definition.transformations ?? []).flatMap(({ input, needs }) => {
    if (needs === undefined) return []
    const isNeedChanged = before !== undefined && at(given, needs) !== at(before, needs)
    if (!isNeedChanged && isEmpty(at(given, input))) return []
    const said = isNeedChanged ? given : entity
    const isHalf = isEmpty(at(said, input)) !== isEmpty(at(said, needs))
    return isHalf ? [sentences.mutuallyRequired([input, needs])] : []
  })
}

/** The input, with stored values in the place of those that they were derived from. */
export function asStored(definition: Definition, given: Values, stored: Values): Values {
  let result = given
  for (const transformation of definition.transformations ?? []) {
    if (isAbsent(given[transformation.input])) continue
    const made = transformation.on_write(given)
    const names = Object.keys(made)
    if (isMadeOf(transformation, made, given, stored)) {
      result = { ...result, ...Object.fromEntries(names.map(name => [name, stored[name]])) }
    } else result = { ...made, ...result }
  }
  return result
}

/**
 * The fields in which a write says what is stored, and what is stored would be made of it once more: a hash
 * read from a gateway and sent back is hashed again.
 *
 * @param stored undefined for what is new: a value of the form of a stored one counts then
 */
export function rehashedFields(definition: Definition, given: Values, stored: Values | undefined): string[] {
  return (definition.transformations ?? []).flatMap(({ input, on_write, isMadeOf: verify }) => {
    const value = given[input]
    if (typeof value !== 'string' || value === '') return []
    const made = on_write(given)[input]
    if (typeof made !== 'string' || made === value || verify !== undefined) return []
    const isStored = stored === undefined ? isOfSameForm(value, made) : stored[input] === value
    return isStored ? [input] : []
  })
}

/** 40 hexadecimal digits where 40 hexadecimal digits would be made. */
const isOfSameForm = (value: string, made: string): boolean =>
  value.length === made.length && /^[\da-f]+$/.test(value) && /^[\da-f]+$/.test(made)

function isMadeOf(transformation: Transformation, made: Values, given: Values, stored: Values): boolean {
  const names = Object.keys(made)
  // A dump holds what is stored.
  if (names.every(name => isDeepStrictEqual(given[name], stored[name]))) return true
  if (transformation.isMadeOf !== undefined) return transformation.isMadeOf(stored, given)
  return names.every(name => isDeepStrictEqual(made[name], stored[name]))
}
