/**
 * Schemas of an OpenAPI document as JSON Schema of their own: what they refer to comes along as
 * `definitions`.
 */
import { isRecord } from '../../entities/language/values.ts'
import { DeckError } from '../../errors.ts'
import { followed, listOf, recordOf, sortedJson, textOf, type Values } from './document.ts'

const components = '#/components/schemas/'

export interface ExtractedSchema {
  readonly content: Values
  readonly json: string
}

/** @returns undefined without a schema */
export function extractSchema(schema: unknown, document: Values): ExtractedSchema | undefined {
  if (!isRecord(schema)) return undefined
  const found = new Map<string, Values>()
  collect(schema, document, found)
  const definitions = Object.fromEntries(
    [...found].map(([pointer, target]) => [pointer.replace(components, ''), target]),
  )
  const { $ref: pointer } = schema
  const content = {
    ...(typeof pointer === 'string' ? { $ref: pointer } : schema),
    ...(found.size > 0 && { definitions }),
  }
  // A quotation mark within a value is escaped, so only references are met.
  return { content, json: sortedJson(content).replaceAll(`"$ref":"${components}`, '"$ref":"#/definitions/') }
}

/** Nested schemas; other references stay unchanged (as decK's). */
function inner(schema: Values): unknown[] {
  const lists = ['allOf', 'anyOf', 'oneOf'].flatMap(key => listOf(schema[key]))
  const single = ['not', 'additionalProperties', 'items'].map(key => schema[key])
  return [...lists, ...Object.values(recordOf(schema['properties'])), ...single].filter(isRecord)
}

function collect(schema: unknown, document: Values, found: Map<string, Values>): void {
  const { $ref: pointer } = recordOf(schema)
  if (typeof pointer === 'string') {
    if (found.has(pointer)) return
    found.set(pointer, followed(schema, document))
  }
  for (const one of inner(followed(schema, document))) collect(one, document, found)
}

/** The type beside a choice (`oneOf`, `anyOf`); empty without a type; undefined without a choice. */
export function typeOfChoice(schema: Values): string | undefined {
  const hasChoice = Array.isArray(schema['oneOf']) || Array.isArray(schema['anyOf'])
  const { type } = schema
  if (hasChoice && typeof type === 'string' && type !== '') return type
  for (const [key, value] of Object.entries(schema)) {
    // The elements of a list may be of any type.
    if (key === 'items' && isRecord(value) && 'oneOf' in value) continue
    for (const one of [value].flat().filter(isRecord)) {
      const found = typeOfChoice(one as Values)
      if (found !== undefined) return found
    }
  }
  return hasChoice ? '' : undefined
}

/** One schema's way back to itself. */
interface Edge {
  readonly to: string
  /** Through a list or a choice. */
  readonly loose: boolean
}

/**
 * Refuses values that would have to contain themselves without end.
 *
 * @param ignoreLoose lists may be empty, choices may choose otherwise (`--ignore-circular-refs`)
 * @throws DeckError that names the circle
 */
export function refuseEndless(document: Values, ignoreLoose: boolean): void {
  const schemas = recordOf(recordOf(document['components'])['schemas'])
  const edges = new Map(
    Object.entries(schemas).map(([name, schema]) => [name, requiredEdges(recordOf(schema))]),
  )
  const walk = (name: string, way: readonly string[]): void => {
    for (const { to, loose } of edges.get(name) ?? []) {
      if (loose && ignoreLoose) continue
      if (way.includes(to)) {
        const cycle = [...way, to].join(' -> ')
        throw new DeckError(
          `cannot create v3 model from document: infinite circular reference detected: ${to}: ${cycle}`,
          { hint: '--ignore-circular-refs lets it pass where a list or a choice is on the way' },
        )
      }
      if (!done.has(to)) walk(to, [...way, to])
    }
    done.add(name)
  }
  const done = new Set<string>()
  for (const name of edges.keys()) walk(name, [name])
}

/** Only required properties must exist. */
function requiredEdges({ properties, required }: Values): Edge[] {
  return listOf(required).flatMap(name => {
    const property = recordOf(recordOf(properties)[textOf(name)])
    const choices = ['allOf', 'anyOf', 'oneOf'].flatMap(key => listOf(property[key]))
    return [...edgesTo([property], false), ...edgesTo([property['items']], true), ...edgesTo(choices, true)]
  })
}

const edgesTo = (schemas: readonly unknown[], loose: boolean): Edge[] =>
  schemas.flatMap(schema => {
    const { $ref: pointer } = recordOf(schema)
    return typeof pointer === 'string' && pointer.startsWith(components)
      ? [{ to: pointer.slice(components.length), loose }]
      : []
  })
