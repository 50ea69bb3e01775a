/**
 * Masks an entity for output: secret fields (by schema or name) and values from the environment, each at
 * its path. `filled-text.ts` handles texts that contain such a value.
 */

import type { Field, Fields } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { entityFields } from '../entities/language/subschemas.ts'
import { isAbsent, isRecord } from '../entities/language/values.ts'
import { AdminApiError, answerMessage, DeckError } from '../errors.ts'
import { excerptOf, type Hidden, hidden, notShown, shownSentence } from '../state/echoes.ts'
import { isMarkedSecret, isSecretField, isVaultReference, masked, secretInJson } from '../state/secrets.ts'
import type { FilledText, Origin } from '../state/state.ts'
import { hiddenParts, shownText, shownTexts } from './filled-text.ts'

type Values = Readonly<Record<string, unknown>>

export interface MaskOptions {
  readonly schemas: Schemas
  /** Whether values from `DECK_…` variables are hidden as well. Default: true. */
  readonly environment?: boolean
}

export interface Masked {
  readonly kind: string
  /** Its origin names the fields from environment variables; the old values of such fields are hidden too. */
  readonly origin?: Origin
}

/**
 * An entity's fields with secrets masked. The input is not changed; what holds no secret is returned itself,
 * not copied.
 */
export function maskEntity(entity: Values, { kind, origin }: Masked, options: MaskOptions): Values {
  const definition = options.schemas.of(kind)
  const environment = options.environment === false ? undefined : environmentOf(origin)
  return maskFields(entity, entityFields(definition, entity, options.schemas), [], environment)
}

/**
 * Whether the JSON of an entity shows that `maskEntity` hides nothing of it: it has no name of a secret. That
 * costs a fraction of looking at each value. False says nothing.
 *
 * @param json of the whole entity, without spaces
 */
export function isFreeOfSecrets(
  json: string,
  entity: Values,
  { kind, origin }: Masked,
  options: MaskOptions,
): boolean {
  if (options.environment !== false && environmentOf(origin) !== undefined) return false
  const fields = entityFields(options.schemas.of(kind), entity, options.schemas)
  const known = secretsInJson.get(fields) ?? secretInJson(markedNames(fields))
  secretsInJson.set(fields, known)
  return !known.test(json)
}

/** For as long as a schema lives. */
const secretsInJson = new WeakMap<Fields, RegExp>()

/** Names of fields that the schema marks as secret, and of maps and lists of such values, at any depth. */
function markedNames(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, field]) => (isMarked(field) ? [name] : below(field)))
}

const isMarked = (field: Field): boolean =>
  isMarkedSecret(field) ||
  [field.values, field.elements].some(inner => inner !== undefined && isMarked(inner))

const below = ({ fields = {}, elements, values }: Field): string[] => [
  ...markedNames(fields),
  ...(elements ? below(elements) : []),
  ...(values ? below(values) : []),
]

/**
 * How the texts at a path of an entity were put together; undefined where nothing in them is secret. Absent
 * for an entity that takes nothing from the environment, as most.
 */
type FromEnvironment = ((path: readonly string[]) => readonly FilledText[] | undefined) | undefined

function environmentOf(origin: Origin | undefined): FromEnvironment {
  // Most documents hold no secret at all, which is known without looking for the entity.
  if (origin?.document.isSecret([]) !== true || !origin.document.isSecret(origin.path)) return undefined
  return path => {
    const inFile = [...origin.path, ...path]
    return origin.document.isSecret(inFile) ? origin.document.filledAt(inFile) : undefined
  }
}

function maskFields(
  values: Values,
  fields: Fields,
  path: readonly string[],
  fromEnvironment: FromEnvironment,
): Values {
  let shown: Map<string, unknown> | undefined
  for (const name of Object.keys(values)) {
    const value = values[name]
    if (fromEnvironment === undefined && !mayHoldText(value)) continue
    const isHidden = isSecretIn(fields, name)
    if (fromEnvironment === undefined && !isHidden && typeof value === 'string') continue
    const at = fromEnvironment === undefined ? path : [...path, name]
    const one = isHidden ? hideAll(value, isText) : maskValue(value, fields[name], at, fromEnvironment)
    if (one === value) continue
    shown ??= new Map(Object.entries(values))
    shown.set(name, one)
  }
  return shown === undefined ? values : Object.fromEntries(shown)
}

/**
 * `isSecretField` for each name of a schema once: the journal and reports look at all values of thousands of
 * entities, and a pattern for each would be most of their work.
 */
function isSecretIn(fields: Fields, name: string): boolean {
  const names = secretNames.get(fields) ?? new Map<string, boolean>()
  if (names.size === 0) secretNames.set(fields, names)
  const known = names.get(name)
  if (known !== undefined) return known
  const isSecret = isSecretField(name, fields[name])
  // Users choose the names in what has no schema.
  if (names.size < 1000) names.set(name, isSecret)
  return isSecret
}

/** For as long as a schema lives. */
const secretNames = new WeakMap<Fields, Map<string, boolean>>()

const noFields: Fields = {}

function maskValue(
  value: unknown,
  field: Field | undefined,
  path: readonly string[],
  fromEnvironment: FromEnvironment,
): unknown {
  if (isAbsent(value)) return value
  if (Array.isArray(value)) {
    const filled = fromEnvironment?.(path)
    if (filled !== undefined) return maskList(value, filled)
    if (fromEnvironment === undefined && !value.some(isRecordOrList)) return value
    const shown = value.map(item => maskValue(item, field?.elements, path, fromEnvironment))
    return shown.every((item, index) => item === value[index]) ? value : shown
  }
  if (isRecord(value)) {
    const values = field?.values
    const inner = values ? Object.fromEntries(Object.keys(value).map(key => [key, values])) : field?.fields
    return maskFields(value, inner ?? noFields, path, fromEnvironment)
  }
  const filled = fromEnvironment?.(path)
  return filled === undefined ? value : sameOrMasked(value, shownText(String(value), filled))
}

/**
 * Which element of a set is which of the file's is known by what it says; of records it is not known, and all
 * in them are hidden.
 */
function maskList(list: readonly unknown[], filled: readonly FilledText[]): unknown {
  if (filled.length === 0 || list.some(isRecordOrList)) return hideAll(list, mayBeSecret)
  const shown = shownTexts(list.map(String), filled)
  return list.map((item, index) => sameOrMasked(item, shown[index] ?? masked))
}

const mayHoldText = (value: unknown): boolean => typeof value === 'string' || isRecordOrList(value)

const isRecordOrList = (value: unknown): boolean => typeof value === 'object' && value !== null

/** A boolean or null gives no secret away, whatever it came from (decK shows them too). */
const mayBeSecret = (value: unknown): boolean => typeof value !== 'boolean' && !isAbsent(value)

/** A number is never shown in part. */
function sameOrMasked(value: unknown, shown: string): unknown {
  if (!mayBeSecret(value) || String(value) === shown) return value
  return typeof value === 'string' ? shown : masked
}

/** Numbers and switches give nothing away. */
const isText = (value: unknown): boolean => typeof value === 'string' && !isVaultReference(value)

function hideAll(value: unknown, hides: (value: unknown) => boolean): unknown {
  if (Array.isArray(value)) return value.map(item => hideAll(item, hides))
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hideAll(item, hides)]))
  return !isAbsent(value) && hides(value) ? masked : value
}

/**
 * A sentence about an entity, which may repeat its values.
 * @param shown the entity as `maskEntity` gives it
 */
export const maskSentence = (text: string, entity: Values, shown: Values): string =>
  shownSentence(text, hiddenIn(entity, shown)) ?? notShown

/**
 * The error of a request about an entity. A response of which nothing is known is looked at whole, before it
 * is shortened.
 */
export function maskError(error: unknown, entity: Values, shown: Values): string {
  const values = hiddenIn(entity, shown)
  if (error instanceof AdminApiError) return answerMessage(error.status, reasonOf(error, values))
  if (!(error instanceof Error)) return shownSentence(String(error), values) ?? notShown
  const { message, cause } = error
  if (!(cause instanceof AdminApiError) || !message.endsWith(cause.message))
    return shownSentence(message, values) ?? notShown
  return message.slice(0, -cause.message.length) + maskError(cause, entity, shown)
}

/**
 * The same for programs: an error of its class, without what the gateway repeated of the entity's secrets.
 */
export function maskedError(error: unknown, entity: Values, shown: Values): unknown {
  const values = hiddenIn(entity, shown)
  if (error instanceof AdminApiError) {
    const { method, path, status, kongName, fields } = error
    const sentences = fields && (maskLeaves(fields, values) as Values)
    return new AdminApiError({
      ...{ method, path, status, kongName, kongMessage: reasonOf(error, values) },
      fields: sentences,
    })
  }
  const isWrapped = error instanceof DeckError && error.cause instanceof AdminApiError
  if (!isWrapped) return error
  const { hint } = error
  return new DeckError(maskError(error, entity, shown), hint === undefined ? {} : { hint })
}

function maskLeaves(value: unknown, values: readonly Hidden[]): unknown {
  if (typeof value === 'string') return shownSentence(value, values) ?? notShown
  if (Array.isArray(value)) return value.map(item => maskLeaves(item, values))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskLeaves(inner, values)]))
}

function reasonOf({ answer, kongMessage, kongName = '' }: AdminApiError, values: readonly Hidden[]): string {
  const reason = answer === undefined ? shownSentence(kongMessage, values) : excerptOf(answer, values)
  if (reason !== undefined) return reason
  return /^(schema|unique constraint|primary key|foreign key) violation$/.test(kongName)
    ? `${kongName}: ${notShown}`
    : notShown
}

/** The masked values. */
function hiddenIn(value: unknown, shown: unknown, field?: string): Hidden[] {
  if (typeof value === 'string' && typeof shown === 'string') {
    if (value === shown || value === '') return []
    return [{ value, shown, ...(field !== undefined && { field }) }, ...hiddenParts(value, shown).map(hidden)]
  }
  if (Array.isArray(value) && Array.isArray(shown))
    return value.flatMap((item, index) => hiddenIn(item, shown[index], field))
  if (isRecord(value) && isRecord(shown))
    return Object.entries(value).flatMap(([name, item]) => hiddenIn(item, shown[name], name))
  return []
}
