/**
 * Declarative content against Kong's rules: its own fields, and every entity with those inside of it. Kong
 * looks twice: first without references, which may still be names, and where something is wrong once more
 * with all that refer filled in; only what is wrong both times is reported, and references inside an entity
 * that its place does not allow. Whether names lead somewhere is `references.ts`'s.
 */
import { randomUUID } from 'node:crypto'
import { checkFields, type Problem } from '../../entities/language/check-value.ts'
import { completeEntity } from '../../entities/language/defaults.ts'
import type { Definition, Field, Violations } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import { sentences } from '../../entities/language/messages.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { validateEntity } from '../../entities/language/validate.ts'
import { isAbsent, isRecord } from '../../entities/language/values.ts'
import { type Child, childrenOf, isNothing, mapEntities, type Values, withoutChildren } from './content.ts'
import { withMadeIds } from './ids.ts'
import { entriesOf, entryFinder } from './references.ts'

const formats = (schemas: Schemas): string[] =>
  schemas.version.major >= 3 ? ['1.1', '2.1', '3.0'] : ['1.1', '2.1']

const remarks: Readonly<Record<string, Field>> = {
  _comment: { type: 'string' },
  _ignore: { type: 'array', elements: { type: 'json' } },
}

/** How the fields that refer to others are read in one of the looks. */
interface Look {
  readonly top: Schemas
  readonly inside: Schemas
}

/** @returns Kong's `fields`, or undefined where nothing is wrong */
export function checkContent(content: Values, schemas: Schemas): Violations | undefined {
  const plain = { top: withReferences(schemas, asName), inside: withReferences(schemas, refused) }
  const first = contentProblems(content, schemas, plain)
  if (first === undefined) return undefined
  const second = contentProblems(withOwners(content, schemas), schemas, { top: schemas, inside: schemas })
  return second && (merged(second, onlyRefused(first) ?? {}) as Violations)
}

const asName = (field: Field): Field => ({ type: 'string', ...(field.required && { required: true }) })
const refused = (): Field => ({ type: 'json', eq: null })

/** The same schemas with other rules for the fields that refer to entities. */
function withReferences(schemas: Schemas, read: (field: Field) => Field): Schemas {
  const kinds = schemas.kinds.map(definition => {
    const foreign = foreignFields(definition).map(({ name, field }) => [name, read(field)] as const)
    return { ...definition, fields: { ...definition.fields, ...Object.fromEntries(foreign) } }
  })
  const of = (kind: string) => kinds.find(one => one.kind === kind) ?? schemas.of(kind)
  return { ...schemas, kinds, of, bySchema: schema => kinds.find(one => one.schema === schema) }
}

function contentProblems(content: Values, schemas: Schemas, look: Look): Violations | undefined {
  const own: Record<string, Field> = {
    _format_version: { type: 'string', required: true, one_of: formats(schemas) },
    _transform: { type: 'boolean' },
    ...remarks,
  }
  const lists = schemas.kinds.map(definition => ({ definition, field: '' }))
  const problems = checkFields(withoutLists(content, lists), own, schemas.version)
  addLists(problems, content, lists, schemas, look, look.top)
  return Object.keys(problems).length === 0 ? undefined : problems
}

const withoutLists = (record: Values, lists: readonly Child[]): Values => {
  const names = new Set(lists.map(({ definition }) => definition.schema))
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.has(name)))
}

function addLists(
  problems: Violations,
  record: Values,
  lists: readonly Child[],
  schemas: Schemas,
  look: Look,
  own: Schemas,
): void {
  for (const { definition } of lists) {
    const items = record[definition.schema]
    if (isAbsent(items) || isNothing(items)) continue
    const problem = Array.isArray(items)
      ? listProblem(items.map(item => itemProblem(item, definition, schemas, look, own)))
      : sentences.array
    if (problem !== undefined) problems[definition.schema] = problem
  }
}

type ItemProblem = string | Violations | null

/** Up to the last that is wrong. */
function listProblem(list: readonly ItemProblem[]): readonly ItemProblem[] | undefined {
  const last = list.findLastIndex(problem => problem !== null)
  return last === -1 ? undefined : list.slice(0, last + 1)
}

function itemProblem(
  item: unknown,
  definition: Definition,
  schemas: Schemas,
  look: Look,
  own: Schemas,
): ItemProblem {
  if (!isRecord(item)) return sentences.record
  const children = childrenOf(definition, schemas)
  const { ttl, ...mortal } = withoutChildren(item, children)
  const values = definition.ttl === true || ttl === undefined ? mortal : { ...mortal, ttl }
  const { kind } = definition
  const problems: Violations = {
    ...validateEntity(kind, completeEntity(kind, values, own), own),
    ...checkFields(
      Object.fromEntries(Object.entries(item).filter(([name]) => name in remarks)),
      remarks,
      schemas.version,
    ),
  }
  addLists(problems, item, children, schemas, look, look.inside)
  return Object.keys(problems).length === 0 ? null : problems
}

/** Every entity with an id, and with the ids of its owner and its references. */
function withOwners(content: Values, schemas: Schemas): Values {
  const identified = mapEntities(withMadeIds(content, schemas), schemas, item => ({
    id: randomUUID(),
    ...item,
  }))
  const find = entryFinder(entriesOf(identified, schemas))
  return mapEntities(identified, schemas, (item, definition, owner) => {
    const named = foreignFields(definition).flatMap(({ name, field }) => {
      const id = typeof item[name] === 'string' ? find(field.reference, item[name])?.id : undefined
      return id === undefined ? [] : [[name, { id }] as const]
    })
    const above =
      owner === undefined || !isAbsent(item[owner.field]) ? {} : { [owner.field]: { id: owner.item['id'] } }
    return { ...item, ...above, ...Object.fromEntries(named) }
  })
}

/** Of all problems, only the fields that are not allowed at their place. */
function onlyRefused(problem: Problem | null): Problem | undefined {
  if (problem === null) return undefined
  if (typeof problem === 'string') return problem === sentences.eq(null) ? problem : undefined
  if (Array.isArray(problem)) {
    const left = problem.map(one => onlyRefused(one) ?? null)
    return left.every(one => one === null) ? undefined : (left as (string | Violations | null)[])
  }
  const left = Object.entries(problem).flatMap(([name, one]) => {
    const inner = onlyRefused(one)
    return inner === undefined ? [] : [[name, inner] as const]
  })
  return left.length === 0 ? undefined : (Object.fromEntries(left) as Violations)
}

function merged(a: Problem | null | undefined, b: Problem | null | undefined): Problem | null | undefined {
  if (isAbsent(a) || isAbsent(b)) return a ?? b
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.max(a.length, b.length)
    return Array.from({ length }, (_, index) => merged(a[index], b[index]) ?? null) as (
      | string
      | Violations
      | null
    )[]
  }
  if (!isRecord(a) || !isRecord(b)) return a
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return Object.fromEntries(
    names.map(name => [name, merged(a[name] as Problem, b[name] as Problem)]),
  ) as Violations
}
