/** A function of a ruleset: its options, checked once, and its findings about a value. */
import { isRecord } from '../../entities/language/values.ts'
import type { Target } from './targets.ts'

export type Options = Readonly<Record<string, unknown>>

/** A finding about one value; its path is below that value. */
export interface Finding {
  readonly message: string
  readonly path?: readonly (string | number)[]
  /** It is about the name of the field, not about its value. */
  readonly isKey?: boolean
  /** Its message holds placeholders, as those of Spectral's functions do. */
  readonly isTemplate?: boolean
}

/** @param name of the field, or `value`; @param context Spectral's */
export type Check = (target: Target, name: string, context: unknown) => readonly Finding[]

export interface LintFunction {
  /** @throws Error (one or several) for options that it does not take */
  prepare(options: Options): Check
  /** The finding belongs to the object with the field, not to the field. */
  readonly atOwner?: boolean
  /** With a list, each of its elements is looked at (decK 1.65). */
  readonly ofElements?: boolean
}

/** Spectral's form of a function. */
export interface SpectralFunction {
  (
    input: unknown,
    options: unknown,
    context: unknown,
  ): readonly { message: string; path?: (string | number)[] }[] | undefined
  readonly validator?: (options: unknown) => void
  readonly name: string
}

/** @throws Error as Spectral's function does; without any options it wants `null` */
export function validate(fn: unknown, options: Options): void {
  ;(fn as SpectralFunction).validator?.(Object.keys(options).length === 0 ? null : options)
}

type Words = (value: unknown) => readonly string[]

/** A single value, each element of a list, or the names of a mapping (decK 1.65). */
export function inside(target: Target, check: Words, withValues = false): Finding[] {
  const { value } = target
  const at = (found: unknown, key: string | number, isKey: boolean): Finding[] =>
    check(found).map(message => ({ message, path: [key], isKey }))
  if (Array.isArray(value)) return value.flatMap((item, index) => at(item, index, false))
  if (!isRecord(value)) return check(value).map(message => ({ message, isKey: target.isKey === true }))
  return Object.entries(value).flatMap(([key, inner]) => [
    ...at(key, key, true),
    ...(withValues ? at(inner, key, false) : []),
  ])
}
