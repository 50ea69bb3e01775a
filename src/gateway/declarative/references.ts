/**
 * The entities of declarative content as one list, each with its owner: which are declared twice, and which
 * refer to nothing.
 */
import type { Definition, Violations } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { isAbsent, isRecord } from '../../entities/language/values.ts'
import { type Child, childrenOf, listsIn, type Values, withoutChildren } from './content.ts'

export interface Entry {
  readonly definition: Definition
  readonly id: string
  /** Without nested entities; references are still names or ids. */
  readonly values: Values
  /** Its place in its list. */
  readonly index: number
  /** The outer entity, and the field that refers to it. */
  readonly owner?: {
    readonly definition: Definition
    readonly index: number
    readonly field: string
    readonly id: string
  }
}

/** All entities, those inside before what they are inside of. Each has its id already. */
export function entriesOf(content: Values, schemas: Schemas): Entry[] {
  const entries: Entry[] = []
  const visit = (record: Values, lists: readonly Child[], owner: Entry | undefined) => {
    for (const { definition, field, items } of listsIn(record, lists)) {
      items.forEach((item, index) => {
        if (!isRecord(item)) return
        const children = childrenOf(definition, schemas)
        const entry: Entry = {
          definition,
          id: String(item['id']),
          values: withoutChildren(item, children),
          index,
          ...(owner && { owner: { definition: owner.definition, index: owner.index, field, id: owner.id } }),
        }
        visit(item, children, entry)
        entries.push(entry)
      })
    }
  }
  visit(
    content,
    schemas.kinds.map(definition => ({ definition, field: '' })),
    undefined,
  )
  return entries
}

/** The name that others may refer to it by. */
function nameOf({ definition, values }: Entry): string | undefined {
  const name = definition.endpointKey
  const value = name === undefined ? undefined : values[name]
  return name === undefined || definition.fields[name]?.unique !== true || isAbsent(value)
    ? undefined
    : String(value)
}

/** Finds what a reference means: an entity by its name, else by its id. */
export function entryFinder(entries: readonly Entry[]): (schema: string, text: string) => Entry | undefined {
  const byName = new Map<string, Entry>()
  const byId = new Map<string, Entry>()
  for (const entry of entries) {
    const { schema } = entry.definition
    const name = nameOf(entry)
    if (name !== undefined && !byName.has(`${schema}/${name}`)) byName.set(`${schema}/${name}`, entry)
    byId.set(`${schema}/${entry.id}`, entry)
  }
  return (schema, text) => byName.get(`${schema}/${text}`) ?? byId.get(`${schema}/${text}`)
}

const declaredTwice = (schema: string, field: string, value: unknown): string =>
  `uniqueness violation: '${schema}' entity with ${field} set to '${value}' already declared`

/** By the name of a set, then by place or name: the places become a list at the end. */
type Found = Record<string, Record<string, unknown>>

const at = (found: Found, schema: string): Record<string, unknown> => {
  const known = found[schema] ?? {}
  found[schema] = known
  return known
}

/** Repeated entities and references without a target; undefined if there are none. */
export function referenceProblems(entries: readonly Entry[]): Violations | undefined {
  const found: Found = {}
  tellRepeated(entries, found)
  tellDangling(entries, found)
  if (Object.keys(found).length === 0) tellRepeatedValues(entries, found)
  return Object.keys(found).length === 0 ? undefined : asViolations(found)
}

function tellRepeated(entries: readonly Entry[], found: Found): void {
  const seen = new Set<string>()
  for (const entry of entries) {
    const { definition, id, index, owner } = entry
    const { schema, endpointKey = '' } = definition
    const name = nameOf(entry)
    const named = `${schema} ${endpointKey} ${name}`
    if (name !== undefined && seen.has(named)) {
      at(found, schema)[index] = declaredTwice(schema, endpointKey, name)
    } else if (seen.has(`${schema}/${id}`)) {
      const sentence = declaredTwice(schema, 'primary key', id)
      if (owner === undefined) at(found, schema)[index] = sentence
      else tellInside(at(found, owner.definition.schema), owner.index, schema, index, sentence)
    }
    if (name !== undefined) seen.add(named)
    seen.add(`${schema}/${id}`)
  }
}

function tellInside(
  list: Record<string, unknown>,
  place: number,
  schema: string,
  index: number,
  sentence: string,
): void {
  const inner = (list[place] ?? {}) as Found
  at(inner, schema)[index] = sentence
  list[place] = inner
}

function tellDangling(entries: readonly Entry[], found: Found): void {
  const find = entryFinder(entries)
  for (const entry of entries) {
    const { definition, values, id } = entry
    for (const { name, field } of foreignFields(definition)) {
      const value = values[name]
      if (isAbsent(value) || entry.owner?.field === name) continue
      const text = isRecord(value) ? String(value['id']) : String(value)
      if (find(field.reference, text) !== undefined) continue
      const list = at(found, definition.schema)
      const place = nameOf(entry) ?? id
      const shown = typeof value === 'string' ? value : JSON.stringify(value)
      const sentence = `invalid reference '${name}: ${shown}' (no such entry in '${field.reference}')`
      list[place] = [...((list[place] as string[] | undefined) ?? []), sentence]
    }
  }
}

/** Unique values besides names: a duplicate is reported with the name or id of the second entity. */
function tellRepeatedValues(entries: readonly Entry[], found: Found): void {
  const seen = new Set<string>()
  for (const entry of entries) {
    const { definition, values, id } = entry
    const { schema } = definition
    for (const [name, field] of Object.entries(definition.fields)) {
      const value = values[name]
      if (field.unique !== true || isAbsent(value)) continue
      const text = `${schema} ${name} ${JSON.stringify(value)}`
      if (seen.has(text)) at(found, schema)[nameOf(entry) ?? id] = declaredTwice(schema, name, value)
      seen.add(text)
    }
  }
}

const asViolations = (found: Found): Violations =>
  Object.fromEntries(Object.entries(found).map(([schema, list]) => [schema, asList(list)])) as Violations

/** Places alone make a list with gaps; names among them do not. */
function asList(list: Record<string, unknown>): unknown {
  const inner = Object.fromEntries(
    Object.entries(list).map(([place, value]) => [
      place,
      isRecord(value) ? asViolations(value as Found) : value,
    ]),
  )
  const places = Object.keys(inner)
  if (places.some(place => !/^\d+$/.test(place))) return inner
  const length = Math.max(...places.map(Number)) + 1
  return Array.from({ length }, (_, index) => inner[index] ?? null)
}
