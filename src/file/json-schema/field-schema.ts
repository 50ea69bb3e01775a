/**
 * One field as JSON Schema (draft 07), for editors: what it refuses, `file validate` refuses too; what no
 * schema can say stays with `file validate`. A value may also be a template (`${{ env "DECK_X" }}`), whatever
 * its type, and null where a field is optional.
 */
import type { Field, Fields } from '../../entities/language/define.ts'
import { replacementsOf } from '../../entities/language/shorthands.ts'
import { exampleOf } from '../../entities/text/examples.ts'
import { isMarkedSecret } from '../../state/secrets.ts'

export type JsonSchema = { readonly [word: string]: unknown }

/** A template anywhere in a text. */
const template = String.raw`\$\{\{`
const uuid = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'

/** @param isElement of a list or map: never null */
export function fieldSchema(field: Field, isElement = false): JsonSchema {
  const mayBeNull = !isElement && field.required !== true && !meansNothing(field)
  const rules = field.eq === null ? { type: 'null' } : valueRules(field, mayBeNull)
  return { ...rules, ...textsAbout(field) }
}

/**
 * Null for a field that Kong cannot store as null, as in `file validate`: with a default, null suppresses
 * it.
 */
const meansNothing = (field: Field): boolean => field.never_null === true && field.default === undefined

function valueRules(field: Field, mayBeNull: boolean): JsonSchema {
  const orNull = mayBeNull ? ['null'] : []
  switch (field.type) {
    case 'string':
      return field.one_of ? choice(field, mayBeNull) : textRules(field, orNull)
    case 'integer':
    case 'number':
      if (field.one_of) return choice(field, mayBeNull)
      return { type: [field.type, 'string', ...orNull], pattern: template, ...numberRules(field) }
    case 'boolean':
      return { type: ['boolean', 'string', ...orNull], pattern: template }
    case 'array':
    case 'set':
      return {
        type: ['array', 'object', ...orNull],
        maxProperties: 0,
        ...(field.elements && { items: fieldSchema(field.elements, true) }),
        ...lengthRules(field, 'Items'),
      }
    case 'map':
      return {
        type: ['object', 'array', ...orNull],
        maxItems: 0,
        ...(field.values && { additionalProperties: fieldSchema(field.values, true) }),
        ...(field.keys?.one_of && { propertyNames: { enum: field.keys.one_of } }),
      }
    case 'record':
      return { type: ['object', 'array', ...orNull], maxItems: 0, ...recordRules(field) }
    case 'foreign':
      return { type: ['string', 'object', ...orNull] }
    case 'json':
      return {}
  }
}

function choice({ one_of = [] }: Field, mayBeNull: boolean): JsonSchema {
  const values = mayBeNull ? [...one_of, null] : one_of
  return { anyOf: [{ enum: values }, { type: 'string', pattern: template }] }
}

function textRules(field: Field, orNull: readonly string[]): JsonSchema {
  const pattern = field.uuid === true ? uuid : field.starts_with === '/' ? '^/' : undefined
  const others = [template, ...(field.referenceable === true ? [String.raw`^\{vault://`] : [])]
  return {
    type: orNull.length > 0 ? ['string', ...orNull] : 'string',
    ...(pattern !== undefined && { pattern: [pattern, ...others].join('|') }),
    minLength: field.len_min ?? 1,
    ...(field.len_max !== undefined && { maxLength: field.len_max }),
  }
}

const numberRules = ({ between, gt }: Field): JsonSchema => ({
  ...(between && { minimum: between[0], maximum: between[1] }),
  ...(gt !== undefined && { exclusiveMinimum: gt }),
})

const lengthRules = (field: Field, what: 'Items'): JsonSchema => ({
  ...(field.len_min !== undefined && { [`min${what}`]: field.len_min }),
  ...(field.len_max !== undefined && { [`max${what}`]: field.len_max }),
})

/**
 * The inside of a record. What it needs may be written elsewhere (`_plugin_configs`, `_info.defaults`, an old
 * name), so nothing is required here.
 */
export function recordRules({ fields, shorthand_fields = {} }: Field): JsonSchema {
  if (fields === undefined) return {}
  return { properties: { ...oldNames(shorthand_fields), ...properties(fields) }, additionalProperties: false }
}

export const properties = (fields: Fields): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]))

/** Editors strike them out and do not complete them. */
function oldNames(shorthands: NonNullable<Field['shorthand_fields']>): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(shorthands).map(([name, shorthand]) => {
      const now = replacementsOf(shorthand).map(path => path.join('.'))
      const schema = fieldSchema({ ...shorthand, required: false })
      if (now.length === 0) return [name, schema]
      const deprecationMessage = `deprecated: use ${now.join(', ')}`
      return [name, { ...schema, deprecated: true, deprecationMessage, doNotSuggest: true }]
    }),
  )
}

function textsAbout(field: Field): JsonSchema {
  const { description, default: given, between, referenceable } = field
  const example = exampleOf(field)
  const facts = [
    ...(given === undefined || given === null ? [] : [`Default: \`${JSON.stringify(given)}\``]),
    ...(between ? [`Range: ${between[0]} to ${between[1]}`] : []),
    ...(referenceable === true ? ['May be a reference: `{vault://env/name}`'] : []),
    ...(isMarkedSecret(field) ? ['A secret: use `${{ env "DECK_NAME" }}`'] : []),
    ...(example === undefined ? [] : [`Example: \`${example}\``]),
  ]
  const markdown = [
    ...(description === undefined ? [] : [description.trim()]),
    ...facts.map(fact => `- ${fact}`),
  ]
  return {
    ...(description !== undefined && { description: description.trim() }),
    ...(markdown.length > 0 && { markdownDescription: markdown.join('\n') }),
    ...(given !== undefined && given !== null && { default: given }),
    ...(example !== undefined && { examples: [example] }),
  }
}
