/**
 * What of an entity may be shown: fields that hold secrets (by schema or name) and values that came from the environment are replaced,
 * each at its own path. Texts that merely look like a secret are left alone.
 */
import { entityFields } from '../entities/defaults.ts'
import type { Field, Fields } from '../entities/define.ts'
import { isAbsent, isRecord } from '../entities/rules.ts'
import type { Schemas } from '../entities/schemas.ts'
import { isSecretField, isVaultReference } from '../state/secrets.ts'
import type { Origin } from '../state/state.ts'

type Values = Readonly<Record<string, unknown>>

/** What stands for a value that is not shown (decK's word). */
export const masked = '[masked]'

export interface MaskOptions {
  readonly schemas: Schemas
  /** Whether values from `DECK_…` variables are hidden as well. Default: true. */
  readonly environment?: boolean
}

export interface Masked {
  readonly kind: string
  /** Whose origin tells which fields came from the environment; the old value of such a field is hidden too. */
  readonly origin?: Origin
}

/** An entity's fields, fit to be shown. Nothing is changed in what is given. */
export function maskEntity(entity: Values, { kind, origin }: Masked, options: MaskOptions): Values {
  const definition = options.schemas.of(kind)
  const fromEnvironment = (path: readonly string[]): boolean =>
    options.environment !== false && origin?.document.isSecret([...origin.path, ...path]) === true
  return maskFields(entity, entityFields(definition, entity, options.schemas), [], fromEnvironment)
}

type IsSecret = (path: readonly string[]) => boolean

function maskFields(
  values: Values,
  fields: Fields,
  path: readonly string[],
  fromEnvironment: IsSecret,
): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const at = [...path, name]
      const hidden = isSecretField(name, fields[name])
      return [name, hidden ? hideAll(value, isText) : maskValue(value, fields[name], at, fromEnvironment)]
    }),
  )
}

function maskValue(
  value: unknown,
  field: Field | undefined,
  path: readonly string[],
  fromEnvironment: IsSecret,
): unknown {
  if (isAbsent(value)) return value
  if (Array.isArray(value)) {
    // Sets are told sorted, the file is not: where one element came from the environment, all are hidden.
    if (fromEnvironment(path)) return hideAll(value, () => true)
    return value.map(item => maskValue(item, field?.elements, path, fromEnvironment))
  }
  if (isRecord(value)) {
    const values = field?.values
    const inner = values ? Object.fromEntries(Object.keys(value).map(key => [key, values])) : field?.fields
    return maskFields(value, inner ?? {}, path, fromEnvironment)
  }
  return fromEnvironment(path) ? masked : value
}

/** Numbers and switches give nothing away. */
const isText = (value: unknown): boolean => typeof value === 'string' && !isVaultReference(value)

function hideAll(value: unknown, hides: (value: unknown) => boolean): unknown {
  if (Array.isArray(value)) return value.map(item => hideAll(item, hides))
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hideAll(item, hides)]))
  return !isAbsent(value) && hides(value) ? masked : value
}

/** A text in which a server may have repeated an entity's secrets, without them. */
export function maskText(text: string, entity: Values, shown: Values): string {
  return secretTexts(entity, shown).reduce((result, secret) => result.replaceAll(secret, masked), text)
}

function secretTexts(value: unknown, shown: unknown): string[] {
  if (shown === masked) return typeof value === 'string' && value !== masked && value !== '' ? [value] : []
  if (Array.isArray(value) && Array.isArray(shown))
    return value.flatMap((item, index) => secretTexts(item, shown[index]))
  if (isRecord(value) && isRecord(shown))
    return Object.entries(value).flatMap(([name, item]) => secretTexts(item, shown[name]))
  return []
}
