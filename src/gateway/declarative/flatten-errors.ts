/**
 * Problems of declarative content, grouped by entity (`POST /config?flatten_errors=1`): each entity as it
 * was sent, without nested entities, with its own errors (source: Kong 3.9, and the recorded responses; so
 * is the order, from the last to the first). Problems of no entity stay in `fields`.
 */

import type { Problem } from '../../entities/language/check-value.ts'
import type { Definition, Violations } from '../../entities/language/define.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { isRecord } from '../../entities/language/values.ts'
import { isUuid } from '../../entities/text/formats.ts'
import { childrenOf, type Values } from './content.ts'

export interface Flattened {
  readonly errors: readonly Values[]
  readonly fields: Violations
}

export function flattenErrors(content: Values, violations: Violations, schemas: Schemas): Flattened {
  const errors: Values[] = []
  const fields: Violations = {}
  for (const [schema, problem] of lastFirst(violations)) {
    const items = content[schema]
    const definition = schemas.bySchema(schema)
    if (typeof problem === 'string' || !Array.isArray(items) || definition === undefined)
      fields[schema] = problem
    else {
      for (const [index, one] of lastFirst(problem)) {
        const item: unknown = items[Number(index)]
        if (isRecord(item)) addEntity(definition, item, one, schemas, errors)
      }
    }
  }
  return { errors, fields }
}

/** Members of a record or a list that are there, by falling names or places. */
function lastFirst(problems: Problem): [name: string, problem: Problem][] {
  const entries = Object.entries(problems).filter((entry): entry is [string, Problem] => entry[1] !== null)
  const isList = Array.isArray(problems)
  return entries.sort(([a], [b]) => (isList ? Number(b) - Number(a) : a < b ? 1 : -1))
}

function addEntity(
  definition: Definition,
  item: Values,
  problem: Problem,
  schemas: Schemas,
  errors: Values[],
): void {
  const own: Violations = isRecord(problem) ? { ...problem } : { '@entity': problem as string }
  const entity: Record<string, unknown> = { ...item }
  const id = typeof item['id'] === 'string' && isUuid(item['id']) ? item['id'] : undefined
  for (const child of childrenOf(definition, schemas)) {
    const { schema } = child.definition
    const items = item[schema]
    if (!Array.isArray(items)) continue
    const problems = own[schema]
    delete entity[schema]
    delete own[schema]
    if (!Array.isArray(problems)) continue
    items.forEach((one: unknown, index) => {
      const inner: Problem | null = problems[index] ?? null
      if (!isRecord(one) || inner === null) return
      const below =
        id === undefined || one[child.field] !== undefined ? one : { ...one, [child.field]: { id } }
      addEntity(child.definition, below, inner, schemas, errors)
    })
  }
  const ownErrors = sentencesOf(own, '')
  if (ownErrors.length > 0)
    errors.push({
      ...namesOf(entity, id),
      entity_type: singular(definition.schema),
      entity,
      errors: ownErrors,
    })
}

function namesOf(entity: Values, id: string | undefined): Values {
  const { name, tags } = entity
  const areTags = Array.isArray(tags) && tags.every(tag => typeof tag === 'string')
  return {
    ...(typeof name === 'string' && name !== '' && { entity_name: name }),
    ...(id !== undefined && { entity_id: id }),
    ...(areTags && { entity_tags: tags }),
  }
}

const singular = (noun: string): string => noun.replace(/s$/, '')

/** Nested fields by their paths: `config.minute`, `paths.1`. */
function sentencesOf(problems: Problem, path: string): Values[] {
  const step = (name: string) => (Array.isArray(problems) ? String(Number(name) + 1) : name)
  return lastFirst(problems).flatMap(([name, problem]): Values[] => {
    if (name === '@entity') return [problem].flat().map(message => ({ type: 'entity', message }))
    const field = path === '' ? step(name) : `${path}.${step(name)}`
    return typeof problem === 'string'
      ? [{ type: 'field', field, message: problem }]
      : sentencesOf(problem, field)
  })
}
