/**
 * The request-validator plugin (Kong Enterprise) of an operation: what its parameters and its body must be
 * like.
 */
import { isRecord } from '../../entities/language/values.ts'
import { DeckError } from '../../errors.ts'
import { followed, listOf, textOf, type Values } from './document.ts'
import type { Naming } from './names.ts'
import { extractSchema, typeOfChoice } from './schemas.ts'

/** An operation, the path that it is below, and the document that both are in. */
export interface Place {
  readonly document: Values
  readonly path: Values
  readonly operation: Values
}

/** JSON Schema's, in the plugin's words. */
const schemaVersion = 'draft4'

/**
 * @param given the plugin from the document; its own values stay
 * @returns undefined if there is nothing to validate
 */
export function validatorPlugin(given: Values, place: Place, naming: Naming): Values | undefined {
  const config = isRecord(given['config']) ? given['config'] : {}
  const isGiven = (name: string): boolean => config[name] !== undefined && config[name] !== null
  const parameters = isGiven('parameter_schema') ? [] : parameterSchemas(place, naming)
  const body = isGiven('body_schema') ? undefined : bodySchema(place)
  const nothing = !isGiven('body_schema') && body === undefined && !isGiven('parameter_schema')
  const isEmpty = nothing && parameters.length === 0
  if (isEmpty && !isGiven('allowed_content_types')) return undefined
  const types = isGiven('allowed_content_types') ? undefined : contentTypes(place)
  const generated = parameters.length > 0 || body !== undefined || isEmpty
  return {
    ...given,
    config: {
      ...config,
      ...(parameters.length > 0 && { parameter_schema: parameters }),
      // A schema that takes all lets the plugin look at the content type.
      ...((body !== undefined || isEmpty) && { body_schema: body ?? '{}' }),
      ...(types !== undefined && { allowed_content_types: types }),
      ...(generated && { version: schemaVersion }),
    },
  }
}

/** Parameters of the path and of the operation, with resolved references. */
export function parametersOf({ path, operation, document }: Place): { path: Values[]; operation: Values[] } {
  const at = ({ parameters }: Values) => listOf(parameters).map(one => followed(one, document))
  return { path: at(path), operation: at(operation) }
}

/**
 * As decK combines them: a path's parameter is added once for each operation's parameter that differs from
 * it in both name and place.
 */
function together(place: Place): Values[] {
  const { path, operation } = parametersOf(place)
  const above = path.flatMap(one =>
    operation.filter(other => one['name'] !== other['name'] && one['in'] !== other['in']).map(() => one),
  )
  return [...above, ...((place.operation['parameters'] ?? null) === null ? path : operation)]
}

const usualStyles: Readonly<Record<string, string>> = {
  cookie: 'form',
  header: 'simple',
  path: 'simple',
  query: 'form',
}

/** @throws DeckError for a choice without a type (decK's words): the plugin could not read the value */
function parameterSchemas(place: Place, naming: Naming): Values[] {
  // The plugin knows no cookies.
  const known = together(place).filter(parameter => parameter['in'] !== 'cookie')
  return known.map(parameter => {
    const where = textOf(parameter['in'])
    const given = textOf(parameter['style'])
    const style = given === '' ? usualStyles[where] : given
    const name = textOf(parameter['name'])
    const schema = extractSchema(parameter['schema'], place.document)
    if (schema !== undefined && typeOfChoice(schema.content) === '') {
      throw new DeckError(
        'failed to create validator plugin: parameter schemas for request-validator plugin must have a top-level type property',
      )
    }
    return {
      style,
      explode: parameter['explode'] ?? style === 'form',
      in: where,
      name: where === 'path' ? naming.capture(name) : name,
      required: parameter['required'] ?? false,
      ...(schema && { schema: schema.json }),
    }
  })
}

const contentOf = ({ operation, document }: Place): Values | undefined => {
  const { content } = followed(operation['requestBody'], document)
  return isRecord(content) ? content : undefined
}

/** The schema of the body's first JSON type. */
function bodySchema(place: Place): string | undefined {
  for (const [type, media] of Object.entries(contentOf(place) ?? {})) {
    const [, main, sub] = /^\s*([\w!#$&^.+*-]+)\/([\w!#$&^.+*-]+)\s*(?:;.*)?$/.exec(type.toLowerCase()) ?? []
    if (main === undefined || sub === undefined) return undefined
    if (main !== 'application' || (sub !== 'json' && !sub.endsWith('+json'))) continue
    return extractSchema(followed(media, place.document)['schema'], place.document)?.json
  }
  return undefined
}

function contentTypes(place: Place): string[] | undefined {
  const types = Object.keys(contentOf(place) ?? {}).sort()
  return types.length === 0 ? undefined : types
}
